"""`bilateral guards audit`: what is missed is named and counted."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from orchestration.cli import guards as module
from orchestration.cli.main import cli
from orchestration.guards.suite_audit import FaultOutcome, SuiteAudit
from tests.unit.synthetic_project import Project, write_suite


def test_missed_faults_and_false_alarms_are_errors(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    outcomes = [
        FaultOutcome("ip_receipts", fault, "usd", caught)
        for fault, caught in (("a", tuple("wxyz")), ("b", ("y",)), ("c", ()))
    ]
    monkeypatch.setenv("BILATERAL_DATA", str(tmp_path))
    monkeypatch.setattr(module, "latest_build", lambda _: None)
    monkeypatch.setattr(module, "audit_build", lambda *_, **__: SuiteAudit(tuple(outcomes), ("an alarm is false",)))
    done = CliRunner().invoke(cli, ["guards", "audit"])
    assert done.exit_code == 1
    assert "ip_receipts, c, usd: missed" in done.stdout
    assert "ip_receipts, a" not in done.stdout
    assert "1 missed, 2 caught; 1 false alarms" in done.stdout
    of_one = CliRunner().invoke(cli, ["guards", "audit", "ip_receipts"])
    assert "ip_receipts, a, usd: caught by w; x; y\n" in of_one.stdout
    monkeypatch.setattr(
        module, "audit_build", lambda *_, progress: progress("ip") or SuiteAudit(tuple(outcomes[:2]), ())
    )
    done = CliRunner().invoke(cli, ["guards", "audit", "--json"])
    assert (done.exit_code, json.loads(done.stdout)["holds"]) == (0, True)


def test_a_suite_runs_on_a_database_made_by_dbt(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BILATERAL_ROOT", str(project.settings.root))
    monkeypatch.setenv("BILATERAL_DATA", str(project.settings.data))
    write_suite(project.settings, name="another_metric")
    runs = [
        CliRunner().invoke(cli, ["guards", "run", metric, "--database", str(project.build(name, value=value).database)])
        for metric, name, value in (
            ("synthetic_metric", "right", 5.0),
            ("synthetic_metric", "wrong", 5000.0),
            ("another_metric", "lacking", 5.0),
        )
    ]
    assert [run.exit_code for run in runs] == [0, 1, 1]
    assert runs[0].stdout == "synthetic_metric: 1 expectations passed over 2 rows\n"
    assert "value of AAA, SH, m, 2024 is 5,000 USD" in runs[1].stderr
    assert "run `dbt build --select +another_metric`" in runs[2].stderr
