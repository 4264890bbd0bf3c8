"""The live feed requests every publisher: recorded and sample answers from a local server, then a broken answer of each.

The requests go through a proxy with a certificate of its own, so that the product's own client asks and nothing is replaced.
"""

import json
import os
import ssl
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.recorded_answers import LIVE, recorded

pytestmark = pytest.mark.campaign

ROOT, BIN = Path(__file__).resolve().parents[2], Path(sys.executable).parent
SECRET = {"UserID"}


class Publishers(BaseHTTPRequestHandler):
    """Every publisher behind one proxy; ``is_broken`` cuts each answer after twenty bytes."""

    protocol_version, tls, is_broken = "HTTP/1.1", ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), False
    answers: ClassVar = {(url, tuple(sorted(asked.items()))): body for url, asked, body in recorded()}

    def do_CONNECT(self) -> None:
        self.host = self.path.removesuffix(":443")
        self.send_response(200)
        self.end_headers()
        self.connection = self.tls.wrap_socket(self.connection, server_side=True)
        self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", 0)

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        url, asked = f"https://{self.host}{parts.path}", dict(parse_qsl(parts.query, keep_blank_values=True))
        key = (url, tuple(sorted((name, value) for name, value in asked.items() if name not in SECRET)))
        body = self.answers.get(key, self.answers.get((url, ())))
        body = body if body is None or not self.is_broken else body[:20]
        self.send_response(404 if body is None else 200)
        body = b"NoRecordsFound" if body is None else body
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("live")
    hosts = sorted({urlsplit(url).netloc for url, _ in Publishers.answers})
    names = ",".join(f"DNS:{host}" for host in hosts)
    request = f"-subj /CN=local -addext subjectAltName={names} -keyout key -out cert"
    openssl = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", *request.split()]
    subprocess.run(openssl, cwd=folder, check=True, capture_output=True)
    Publishers.tls.load_cert_chain(folder / "cert", folder / "key")
    server = ThreadingHTTPServer(("127.0.0.1", 0), Publishers)
    Thread(target=server.serve_forever, daemon=True).start()
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("BILATERAL_", "DAGSTER"))}
    return plain | {
        "BILATERAL_DATA": str(folder / "data"),
        "BILATERAL_FEED": "live",
        "BILATERAL_LIVE_SOURCES": ",".join(LIVE),
        "BILATERAL_CONTACT": "A Tester tester@example.org",
        "BEA_API_KEY": "0" * 36,
        "USPTO_API_KEY": "k",
        "DAGSTER_HOME": str(folder),
        "HTTPS_PROXY": f"http://127.0.0.1:{server.server_port}",
        "SSL_CERT_FILE": str(folder / "cert"),
    }


def fetch(environment: dict[str, str]) -> dict[str, dict[str, Any]]:
    """Fetch every publisher; return what the status command states of each."""
    command = [str(BIN / "dagster"), "asset", "materialize", "-m", "orchestration.definitions", "--select", "group:raw"]
    subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, timeout=1_800, check=False)
    listed = subprocess.run(
        [BIN / "bilateral", "sources", "--json"], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    rows = {row["source"]: row for row in json.loads(listed.stdout)}
    print(*((name, rows[name]["last_vintage"], rows[name]["last_fetch_failed"]) for name in LIVE), sep="\n")
    return rows


def test_every_publisher_is_fetched_and_a_broken_answer_costs_nothing(environment: dict[str, str]) -> None:
    fetched = fetch(environment)
    assert [name for name in LIVE if not fetched[name]["last_vintage"]] == []
    failures = {name: fetched[name]["last_fetch_failed"] for name in LIVE}
    assert [name for name, failed in failures.items() if failed and "does not have" not in failed["failure"]] == []
    Publishers.is_broken = True
    landing = Path(environment["BILATERAL_DATA"]) / "landing"
    before = {path for path in landing.rglob("*") if path.is_file()}
    broken = fetch(environment)
    for name in LIVE:
        failed = broken[name]["last_fetch_failed"]
        assert failed["publisher"] == broken[name]["publisher"], name
        assert failed["failure"], name
        assert failed["remedy"], name
        assert failed["at"] > fetched[name]["last_live_fetch"], name
        assert broken[name]["last_vintage"] == fetched[name]["last_vintage"], name
    assert before <= set(landing.rglob("*")), "what was stored stays"
