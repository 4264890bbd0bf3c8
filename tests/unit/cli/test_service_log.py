"""What `bilateral serve` prints and where the rest goes: few lines for a person, a log of bounded size."""

from __future__ import annotations

import io
import sys
import time
from pathlib import Path

import pytest

from orchestration.cli import serve as module
from orchestration.cli import service_log
from orchestration.cli.serve import END, Place, Programs, announcement
from orchestration.cli.service_log import ServiceLog
from orchestration.core.errors import BilateralError
from orchestration.core.settings import Settings
from orchestration.service.access import access_to

MANY = 2_000
PRINTS = f"for number in range({MANY}): print(f'\\x1b[32mline {{number}}\\x1b[0m')"


@pytest.mark.slow
def test_a_program_that_ends_by_itself_is_named_with_the_end_of_the_log(tmp_path: Path) -> None:
    log = tmp_path / "serve.log"
    with Programs(log) as programs:
        programs.start([sys.executable, "-c", f"{PRINTS}\nraise SystemExit(7)"])
        with pytest.raises(BilateralError, match="ended by itself with code 7") as ended:
            programs.wait_for(tmp_path / "no.sock")
    written = log.read_text().splitlines()
    assert written[:2] == ["line 0", "line 1"]
    assert len(str(ended.value).splitlines()) < 2 * END


@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs /proc")
def test_what_a_program_started_ends_with_it(tmp_path: Path) -> None:
    """A program that ignores SIGTERM, with a child that does too, as a code server and its run may."""
    stubborn = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
    parent = f"import subprocess, sys; {stubborn} c = subprocess.Popen([sys.executable, '-c', {stubborn + 'time.sleep(600)'!r}]); "
    pids = tmp_path / "pids"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "PATIENCE", 0.2)
        with Programs(None) as programs:
            programs.start(
                [sys.executable, "-c", f"{parent} open({str(pids)!r}, 'w').write(str(c.pid)); time.sleep(600)"]
            )
            while not (pids.exists() and pids.read_text()):
                time.sleep(0.05)
    child, until = Path(f"/proc/{pids.read_text()}/stat"), time.monotonic() + 10  # the kernel ends it after the signal
    while child.exists() and child.read_text().rsplit(")", 1)[1].split()[0] not in "ZX":
        assert time.monotonic() < until, child.read_text()
        time.sleep(0.05)


def test_the_log_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service_log, "LARGEST", 1_000)
    ServiceLog(tmp_path / "serve.log").copy(io.BytesIO(b"0123456789\n" * 10_000))
    sizes = {path.name: path.stat().st_size for path in tmp_path.iterdir()}
    assert sizes.keys() == {"serve.log", "serve.log.1"}
    assert max(sizes.values()) <= 1_000


@pytest.mark.parametrize(("feed", "says"), [("bundle", "no publisher is requested"), ("live", "of ncses;")])
def test_the_start_prints_address_access_data_what_runs_log_and_how_to_stop(
    tmp_path: Path, feed: str, says: str
) -> None:
    settings = Settings(tmp_path, tmp_path / "data", feed, live_sources=frozenset({"ncses"}))
    place = Place("127.0.0.1", 3000)
    said = dict(announcement(settings, place, access_to("127.0.0.1", False), tmp_path / "serve.log"))
    assert list(said) == ["UI", "Pages", "Access", "Data", "Runs", "Log", "Stop"]
    assert said["UI"].startswith("http://127.0.0.1:3000 ")
    assert says in said["Runs"]
    assert "serve.log" in said["Log"]
