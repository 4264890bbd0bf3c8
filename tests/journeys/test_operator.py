"""An operator's day with the live service, by docs/runbook.md: news, a bad vintage, an outage, a full disk, a killed daemon.

A local proxy answers for two publishers in their own formats, with figures of the bundle that are changed: all news is synthetic.
"""

import gzip
import json
import os
import re
import signal
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import pytest

ROOT, BIN = Path(__file__).resolve().parents[2], Path(sys.executable).parent
PORT, SMALL = 38_640, "1m"
PAGES = {
    json.loads(card.read_text())["url"].rpartition("/")[2]: card.with_name(card.name.replace(".origin.json", ".gz"))
    for card in (ROOT / "data/bundle/world_bank/2026-07-01").glob("*.origin.json")
}
SNB = next((ROOT / "data/bundle/snb").glob("*/bopserva.csv"))
pytestmark = pytest.mark.campaign


class World(BaseHTTPRequestHandler):
    """The World Bank and the Swiss National Bank behind a proxy, and a webhook for alerts."""

    bank, swiss, half, status, alerts = "2026-07-01", "2025-08-28", False, 200, list[str]()
    protocol_version = "HTTP/1.1"
    tls: ssl.SSLContext

    def do_CONNECT(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.connection = self.tls.wrap_socket(self.connection, server_side=True)
        self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", 0)

    def do_GET(self) -> None:
        path, missing = urlsplit(self.path).path, b'{"message":"no such version"}'
        if World.status != 200:
            return self.answer(World.status, b"")
        if "bopserva" in path:
            return self.answer(200, SNB.read_bytes().replace(b"2025-08-28", World.swiss.encode()))
        if path.endswith("/sources/57/version"):
            versions = {"concept": [{"id": "Version", "variable": [{"id": "202605"}]}], "id": "57"}
            return self.answer(200, json.dumps({"total": 1, "source": [versions]}).encode())
        return self.answer(404, missing) if "/57/" in path else self.answer(200, page(path.rpartition("/")[2]))

    def do_POST(self) -> None:
        message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        World.alerts.append(f"{message['title']}: {message['message']}")
        self.answer(200, b"")

    def answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


def page(code: str) -> bytes:
    """One indicator as the World Bank answers it, of the vintage of the day; half a person too many in India where it is bad."""
    envelope, rows = json.loads(gzip.decompress(PAGES[code].read_bytes()))
    for row in rows if World.half and code == "SP.POP.TOTL" else ():
        row["value"] += 0.5 if (row["countryiso3code"], row["date"]) == ("IND", "2020") else 0
    return json.dumps([envelope | {"lastupdated": World.bank}, rows]).encode()


class Operator:
    """What an operator types and sees."""

    def __init__(self, folder: Path) -> None:
        openssl = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=local -addext"
        names = ["subjectAltName=DNS:api.worldbank.org,DNS:data.snb.ch", "-keyout", "key", "-out", "cert"]
        subprocess.run([*openssl.split(), *names], cwd=folder, check=True, capture_output=True)
        World.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        World.tls.load_cert_chain(folder / "cert", folder / "key")
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), World)
        Thread(target=self.server.serve_forever, daemon=True).start()
        local, self.data = f"127.0.0.1:{self.server.server_port}", folder / "data"
        own = {"BILATERAL_DATA": str(self.data), "DAGSTER_HOME": str(self.data / "dagster")}
        self.bundle = {name: value for name, value in os.environ.items() if not name.startswith("BILATERAL_")} | own
        live = {"BILATERAL_FEED": "live", "BILATERAL_LIVE_SOURCES": "world_bank,snb", "HTTPS_PROXY": f"http://{local}"}
        self.live = self.bundle | live | {"SSL_CERT_FILE": str(folder / "cert"), "BILATERAL_ALERTS": f"json://{local}"}

    def run(self, *command: str, **more: Any) -> str:
        done = subprocess.run(command, cwd=ROOT, env=more.get("env", self.live), capture_output=True, text=True)
        return done.stdout + done.stderr

    def serve(self) -> None:
        self.service = subprocess.Popen([BIN / "bilateral", "serve", "--port", str(PORT)], cwd=ROOT, env=self.live)
        self.wait("the daemon is well", lambda: self.health()["daemon"][0])

    def fetch(self, source: str) -> None:
        self.run(str(BIN / "dagster"), "job", "launch", "-w", "workspace.yaml", "-j", f"fetch_{source}")

    def health(self) -> dict[str, tuple[bool, str]]:
        checks = json.loads(self.run(str(BIN / "bilateral"), "health", "--json"))
        return {check["name"]: (check["is_well"], check["words"]) for check in checks}

    def status(self) -> dict[str, Any]:
        return json.loads(self.run(str(BIN / "bilateral"), "status", "--json"))  # type: ignore[no-any-return]

    def newest(self, source: str) -> str:
        return max(self.status()["sources"][source]["vintages"])  # type: ignore[no-any-return]

    def wait(self, what: str, is_true: Callable[[], bool], seconds: float = 1_500) -> None:
        end = time.monotonic() + seconds
        while not is_true():
            assert time.monotonic() < end, f"{what}\n{self.health()}\n{World.alerts}"
            time.sleep(5)
        print(f"{time.strftime('%H:%M:%S')} {what}; alerts so far: {len(World.alerts)}", flush=True)


@pytest.fixture
def operator(tmp_path: Path) -> Iterator[Operator]:
    made = Operator(tmp_path)
    assert "Refreshed in" in made.run(str(BIN / "bilateral"), "refresh", env=made.bundle)
    made.serve()
    try:
        yield made
    finally:
        made.service.terminate()
        made.service.wait(60)
        made.server.shutdown()


def test_a_day_with_the_service(operator: Operator) -> None:
    first = operator.status()["release"]
    health = operator.health()
    assert all(is_well for is_well, _ in health.values()), health
    assert "waiting" in health["publishers"][1]

    World.bank = "2026-10-01"
    operator.fetch("world_bank")
    operator.wait("a new vintage is published", lambda: operator.newest("world_bank") == "2026-10-01")
    assert ["202605" in alert for alert in World.alerts] == [True], "two files are missing, and one message says so"

    World.bank, World.half, World.swiss = "2026-11-20", True, "2026-09-25"
    operator.fetch("snb")
    operator.fetch("world_bank")
    operator.wait("the good news is published", lambda: operator.newest("snb") == "2026-09-25")
    operator.wait("the bad vintage is held", lambda: "2026-11-20" in operator.run(str(BIN / "bilateral"), "status"))
    assert operator.newest("world_bank") == "2026-10-01"
    held = operator.run(str(BIN / "bilateral"), "vintages", "list", "--held")
    assert re.findall(r"20\d\d-\d\d-\d\d", held)[:1] == ["2026-11-20"], held

    World.status = 503
    operator.fetch("snb")
    operator.wait("an outage is reported", lambda: "HTTP 503" in operator.health()["problems"][1])
    World.status, World.half, World.bank = 200, False, "2026-11-27"
    operator.fetch("snb")
    operator.wait("its end is reported", lambda: "is well again" in World.alerts[-1])

    disk = operator.data / "build" / "runs"
    if os.geteuid() == 0:
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SMALL}", "tmpfs", str(disk)], check=True)
    operator.fetch("world_bank")
    if os.geteuid() == 0:
        operator.wait("a full disk is reported", lambda: "the disk is full" in World.alerts[-1])
        assert "Traceback" not in World.alerts[-1]
        assert "built again at" in World.alerts[-1]
        assert "the disk is full" in operator.run(str(BIN / "bilateral"), "status")
        subprocess.run(["umount", "-l", str(disk)], check=True)
    operator.wait("built when there is space", lambda: operator.newest("world_bank") == "2026-11-27")

    daemon = next(
        int(process.name)
        for process in Path("/proc").glob("[0-9]*")
        if b"dagster-daemon" in (process / "cmdline").read_bytes()
        and str(operator.data).encode() in (process / "environ").read_bytes()
    )
    os.kill(daemon, signal.SIGKILL)
    operator.service.wait(60)
    is_well, words = operator.health()["daemon"]
    assert not is_well, words
    operator.serve()
    assert first != operator.status()["release"]
