"""An operator's day with the live service, by docs/runbook.md: news, a bad vintage, an outage, a full disk, a killed
daemon.

A local proxy answers for two publishers in their own formats, with figures of the bundle that are changed: all news is
synthetic.
"""

import gzip
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import pytest

from tests.journeys.conftest import ROOT, clean_environment
from tests.journeys.publishers import Publishers, behind_proxy

pytestmark = pytest.mark.campaign
BIN = Path(sys.executable).parent
CARDS = (ROOT / "data/bundle/world_bank/2026-07-01").glob("*.origin.json")
PAGES = {
    json.loads(card.read_text())["url"].rpartition("/")[2]: str(card).removesuffix(".origin.json") for card in CARDS
}
SNB = next((ROOT / "data/bundle/snb").glob("*/bopserva.csv")).read_bytes()


class World(Publishers):
    """The World Bank and the Swiss National Bank behind a proxy, and a webhook for alerts."""

    hosts: ClassVar = {"api.worldbank.org", "data.snb.ch"}
    bank, swiss, is_half = "2026-10-01", b"2025-08-28", False

    def body(self, url: str, asked: dict[str, str]) -> bytes | None:
        if "bopserva" in url:
            return SNB.replace(b"2025-08-28", World.swiss)
        if url.endswith("/version"):  # one archived month, which is listed and not there
            versions = [{"id": "Version", "variable": [{"id": "202605"}]}]
            return json.dumps({"total": 1, "source": [{"id": "57", "concept": versions}]}).encode()
        if "/version/" in url:
            return None
        code = url.rpartition("/")[2]
        envelope, rows = json.loads(gzip.decompress(Path(f"{PAGES[code]}.gz").read_bytes()))
        for row in rows if World.is_half and code == "SP.POP.TOTL" else ():
            if (row["countryiso3code"], row["date"]) == ("IND", "2020"):
                row["value"] += 0.5  # half a person
        return json.dumps([envelope | {"lastupdated": World.bank}, rows]).encode()


def alerts() -> list[str]:
    return [f"{message['title']}: {message['message']}" for message in map(json.loads, World.posted)]


class Operator:
    """What an operator types and sees."""

    def __init__(self, folder: Path) -> None:
        self.data, proxied = folder / "data", behind_proxy(folder, World)
        own = {"BILATERAL_DATA": str(self.data), "DAGSTER_HOME": str(self.data / "dagster"), "BILATERAL_FEED": "live"}
        own["BILATERAL_ALERTS"] = proxied["HTTPS_PROXY"].replace("http:", "json:")
        self.env = clean_environment(**own, **proxied, BILATERAL_LIVE_SOURCES="world_bank,snb")

    def run(self, program: str, *arguments: str) -> str:
        done = subprocess.run([BIN / program, *arguments], cwd=ROOT, env=self.env, capture_output=True, text=True)
        return done.stdout + done.stderr

    def serve(self) -> None:
        self.service = subprocess.Popen([BIN / "bilateral", "serve", "--port", "38640"], cwd=ROOT, env=self.env)
        self.wait("the daemon runs", lambda: self.health()["daemon"][0])

    def fetch(self, source: str) -> None:
        self.run("dagster", "job", "launch", "-w", "workspace.yaml", "-j", f"fetch_{source}")

    def health(self) -> dict[str, tuple[bool, str]]:
        checks = json.loads(self.run("bilateral", "health", "--json"))
        return {check["name"]: (check["is_well"], check["words"]) for check in checks}

    def newest(self, source: str) -> str:
        text = self.run("bilateral", "status", "--json")
        return str(max(json.loads(text)["sources"][source]["vintages"])) if text.startswith("{") else "no release yet"

    def wait(self, what: str, is_true: Callable[[], Any], seconds: float = 2_400) -> None:
        end = time.monotonic() + seconds
        while not is_true():
            assert time.monotonic() < end, f"{what}\n{self.health()}\n{alerts()}"
            time.sleep(10)


def test_a_day_with_the_service(tmp_path: Path) -> None:
    operator = Operator(tmp_path)
    operator.serve()
    try:
        assert [words for is_well, words in operator.health().values() if not is_well] == []
        operator.wait("a new vintage is published", lambda: operator.newest("world_bank") == "2026-10-01")
        operator.wait("a missing file is reported", lambda: ["202605" in alert for alert in alerts()] == [True])

        World.bank, World.is_half, World.swiss = "2026-11-20", True, b"2025-09-25"
        operator.fetch("snb")
        operator.fetch("world_bank")
        operator.wait("the good news is published", lambda: operator.newest("snb") == "2025-09-25")
        operator.wait("the bad vintage is held", lambda: "2026-11-20" in operator.run("bilateral", "status"))
        held = json.loads(operator.run("bilateral", "vintages", "list", "--held", "--json"))
        assert [[name for name, _ in vintage["files"]] for vintage in held] == [["population"]]
        assert operator.newest("world_bank") == "2026-11-20", "its other indicators are in"

        World.is_out = True
        operator.fetch("snb")
        operator.wait("an outage is reported", lambda: "HTTP 503" in operator.health()["problems"][1])
        World.is_out, World.is_half, World.bank = False, False, "2026-11-27"
        operator.fetch("snb")
        operator.wait("its end is reported", lambda: "snb is well again" in alerts()[-1])

        disk = str(operator.data / "build" / "runs")
        if can_mount := os.geteuid() == 0:
            subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk], check=True)
        operator.fetch("world_bank")
        if can_mount:
            operator.wait("a full disk is reported", lambda: "the disk is full" in alerts()[-1])
            assert ("built again at" in alerts()[-1], "Traceback" in alerts()[-1]) == (True, False)
            assert "the disk is full" in operator.run("bilateral", "status")
            subprocess.run(["umount", "-l", disk], check=True)
        operator.wait("it is built when there is space", lambda: operator.newest("world_bank") == "2026-11-27")

        subprocess.run(["pkill", "-KILL", "-P", str(operator.service.pid), "-f", "dagster-daemon"], check=True)
        operator.service.wait(60)
        assert operator.health()["daemon"][1].startswith("the service has ended")
        operator.serve()
    finally:
        operator.service.terminate()
        operator.service.wait(60)
