"""Publishers on this machine, behind a proxy with a certificate of its own, for the product's own client."""

import ssl
import subprocess
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import ClassVar
from urllib.parse import parse_qsl, urlsplit

SECRET = {"UserID"}
Answers = dict[tuple[str, tuple[tuple[str, str], ...]], bytes]


class Publishers(BaseHTTPRequestHandler):
    """Publishers behind one proxy, by address and parameters, and a webhook.

    ``is_broken`` cuts each answer after twenty bytes; ``is_out`` refuses each request.
    """

    protocol_version, tls, is_broken, is_out = "HTTP/1.1", ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), False, False
    posted: ClassVar[list[bytes]] = []
    answers: ClassVar[Answers] = {}
    hosts: ClassVar[set[str]] = set()

    def do_CONNECT(self) -> None:
        self.host = self.path.removesuffix(":443")
        self.send_response(200)
        self.end_headers()
        self.connection = self.tls.wrap_socket(self.connection, server_side=True)
        self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", 0)

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        body = self.body(f"https://{self.host}{parts.path}", dict(parse_qsl(parts.query, keep_blank_values=True)))
        status = 503 if self.is_out else 404 if body is None else 200
        body = b"NoRecordsFound" if status != 200 or body is None else body
        self.reply(status, body[:20] if self.is_broken else body)

    def do_POST(self) -> None:
        self.posted.append(self.rfile.read(int(self.headers["Content-Length"])))
        self.reply(200, b"")

    def body(self, url: str, asked: dict[str, str]) -> bytes | None:
        """Return what a publisher answers; None where it has nothing at the address."""
        key = (url, tuple(sorted((name, value) for name, value in asked.items() if name not in SECRET)))
        return self.answers.get(key, self.answers.get((url, ())))

    def reply(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


def behind_proxy(folder: Path, publishers: type[Publishers]) -> dict[str, str]:
    """Answer for publishers with a certificate in ``folder``; return the variables that lead the product here."""
    hosts = publishers.hosts | {urlsplit(url).netloc for url, _ in publishers.answers}
    names = ",".join(f"DNS:{host}" for host in sorted(hosts))
    request = f"-subj /CN=local -addext subjectAltName={names} -keyout key -out cert"
    openssl = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", *request.split()]
    subprocess.run(openssl, cwd=folder, check=True, capture_output=True)
    publishers.tls.load_cert_chain(folder / "cert", folder / "key")
    server = ThreadingHTTPServer(("127.0.0.1", 0), publishers)
    Thread(target=server.serve_forever, daemon=True).start()
    proxy = f"http://127.0.0.1:{server.server_port}"
    contact = "A Tester tester@example.org"
    return {"HTTPS_PROXY": proxy, "SSL_CERT_FILE": str(folder / "cert"), "BILATERAL_CONTACT": contact}
