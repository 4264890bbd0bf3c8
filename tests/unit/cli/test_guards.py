"""`bilateral guards audit`: what is missed is named and counted."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from orchestration.cli import guards as module
from orchestration.cli.main import cli
from orchestration.guards.suite_audit import Audit, Outcome


def test_missed_faults_and_false_alarms_are_named_counted_and_an_error(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    outcomes = [
        Outcome("ip_receipts", fault, "usd", caught) for fault, caught in (("a", ("x",)), ("b", ("y",)), ("c", ()))
    ]
    monkeypatch.setenv("BILATERAL_DATA", str(tmp_path))
    monkeypatch.setattr(module, "latest_build", lambda _: None)
    monkeypatch.setattr(module, "audit_build", lambda *_, **__: Audit(tuple(outcomes), ("an alarm is false",)))
    done = CliRunner().invoke(cli, ["guards", "audit"])
    assert "ip_receipts, c, usd: missed" in done.stdout
    assert "ip_receipts, a" not in done.stdout
    assert "1 missed, 2 caught; 1 false alarms" in done.stdout
    assert "ip_receipts, a, usd: caught by x" in CliRunner().invoke(cli, ["guards", "audit", "ip_receipts"]).stdout
