"""What `bilateral serve` prints and where the rest goes: few lines for a person, a log of bounded size."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path

import pytest

from orchestration.cli import service_log
from orchestration.cli.serve import END, announcement, run_together
from orchestration.cli.service_log import ServiceLog
from orchestration.core.settings import Settings
from orchestration.service.access import access_to

MANY = 2_000
PRINTS = f"for number in range({MANY}): print(f'\\x1b[32mline {{number}}\\x1b[0m')"


@pytest.mark.slow
def test_what_programs_print_goes_to_the_log_and_its_end_to_the_terminal(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    log = tmp_path / "serve.log"
    assert run_together([[sys.executable, "-c", PRINTS]], os.environ, tmp_path, log) == 1
    written = log.read_text().splitlines()
    assert written[:2] == ["line 0", "line 1"]
    assert f"line {MANY - 1}" in written
    assert "ended by itself with code 0" in written[-1]
    printed = capfd.readouterr()
    assert printed.out == ""
    assert printed.err.splitlines() == [*written[-END:], f"The service ended. See {log}"]


@pytest.mark.slow
def test_without_a_log_everything_is_printed(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    run_together([[sys.executable, "-c", PRINTS]], os.environ, tmp_path)
    assert len(capfd.readouterr().out.splitlines()) == MANY
    assert list(tmp_path.iterdir()) == []


def test_the_log_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service_log, "LARGEST", 1_000)
    ServiceLog(tmp_path / "serve.log").copy(io.BytesIO(b"0123456789\n" * 10_000))
    sizes = {path.name: path.stat().st_size for path in tmp_path.iterdir()}
    assert sizes.keys() == {"serve.log", "serve.log.1"}
    assert max(sizes.values()) <= 1_000


@pytest.mark.parametrize(("feed", "says"), [("bundle", "nothing asks a publisher"), ("live", "of ncses;")])
def test_the_start_says_address_access_data_what_runs_log_and_how_to_stop(tmp_path: Path, feed: str, says: str) -> None:
    settings = Settings(tmp_path, tmp_path / "data", feed, live_sources=frozenset({"ncses"}))
    said = dict(announcement(settings, "http://127.0.0.1:3000", access_to("127.0.0.1", False), tmp_path / "serve.log"))
    assert list(said) == ["UI", "Pages", "Access", "Data", "Runs", "Log", "Stop"]
    assert said["UI"].startswith("http://127.0.0.1:3000 ")
    assert says in said["Runs"]
    assert "serve.log" in said["Log"]
