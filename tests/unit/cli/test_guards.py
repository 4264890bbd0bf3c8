"""`bilateral guards audit`: what is missed is named and counted."""

import json
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from orchestration.cli import guards as module
from orchestration.cli.main import cli
from orchestration.guards.suite_audit import Audit, Outcome


def test_missed_faults_and_false_alarms_are_named_counted_and_an_error(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    outcomes = [
        Outcome("ip_receipts", fault, "usd", caught)
        for fault, caught in (("a", tuple("wxyz")), ("b", ("y",)), ("c", ()))
    ]
    monkeypatch.setenv("BILATERAL_DATA", str(tmp_path))
    monkeypatch.setattr(module, "latest_build", lambda _: None)
    monkeypatch.setattr(module, "audit_build", lambda *_, **__: Audit(tuple(outcomes), ("an alarm is false",)))
    done = CliRunner().invoke(cli, ["guards", "audit"])
    assert done.exit_code == 1
    assert "ip_receipts, c, usd: missed" in done.stdout
    assert "ip_receipts, a" not in done.stdout
    assert "1 missed, 2 caught; 1 false alarms" in done.stdout
    of_one = CliRunner().invoke(cli, ["guards", "audit", "ip_receipts"])
    assert "ip_receipts, a, usd: caught by w; x; y\n" in of_one.stdout
    monkeypatch.setattr(module, "audit_build", lambda *_, progress: progress("ip") or Audit(tuple(outcomes[:2]), ()))
    done = CliRunner().invoke(cli, ["guards", "audit", "--json"])
    assert (done.exit_code, json.loads(done.stdout)["holds"]) == (0, True)


@pytest.mark.parametrize(
    ("passed", "awaits", "code", "words"),
    [
        (True, [], 0, "ip_receipts: 9 expectations passed over 1,200 rows\n"),
        (False, ["office"], 0, "the outcome\n"),
        (False, [], 1, ""),
    ],
)
def test_a_metric_that_fails_is_an_error_and_one_that_awaits_a_source_is_not(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, passed: bool, awaits: list[str], code: int, words: str
) -> None:
    result = SimpleNamespace(
        passed=passed, awaits=awaits, evaluated=9, rows=1200, remedy="do this", message=lambda: "the outcome"
    )
    monkeypatch.setenv("BILATERAL_DATA", str(tmp_path))
    monkeypatch.setattr(module, "latest_build", lambda _: None)
    monkeypatch.setattr(module, "guard_metrics", lambda *_: [result])
    done = CliRunner().invoke(cli, ["guards", "run", "ip_receipts"])
    assert (done.exit_code, done.stdout) == (code, words)
    assert ("refused: the outcome" in done.stderr) == bool(code)
