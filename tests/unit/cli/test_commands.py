"""Commands in this process: exit codes, the guards' lock and audit, and hostile calls of assistants."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from orchestration import __version__
from orchestration.cli import dev, guards
from orchestration.cli.main import cli
from orchestration.guards.suite_audit import FaultOutcome, SuiteAudit
from tests.unit.synthetic_project import Project, write_suite


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["--version"], 0, f"bilateral, version {__version__}"),
        (["--help"], 0, "Make and manage releases:"),
        (["status"], 1, "refused: there is no release yet"),
        (["query", "select 1"], 1, "refused: there is no release yet"),
        (["releases", "verify"], 1, "refused: there is no release yet"),
        (["status", "2030"], 1, "there is no release '2030'"),
        (["queri"], 2, "Did you mean 'query'?"),
        (["query"], 2, "Pass the SQL"),
        (["show", "ip_receipts", "usa", "--only", "wto"], 1, "there is no release yet"),
        (["query", "select 1", "--speed"], 2, "No such option"),
        (["refresh", "--accept", " "], 2, "the reason is empty"),
        (["site", "--serve", "--to", "x"], 2, "exclude each other"),
        (["site", "--base", "https://example.org/"], 2, "--base belongs to --to"),
        (["show", "m", "a", "b", "c"], 1, "there is no release yet"),
        (["show", "m", "a", "b", "c", "d"], 2, "Pass METRIC AREA [COUNTERPART] [ITEM]."),
        (["dev", "snapshot", "nowhere"], 2, "no such source: nowhere"),
        (["explain", "m", "2016"], 2, "Pass METRIC AREA"),
        (["explain", "m", "a", "2016"], 1, "there is no release yet"),
        (["explain", "m", "2016", "b"], 2, "Pass METRIC AREA"),
        (["explain", "m", "a", "b", "c", "2016"], 1, "there is no release yet"),
        (["explain", "m", "a", "b", "c", "d", "2016"], 2, "Pass METRIC AREA"),
    ],
)
def test_exit_codes(
    arguments: list[str], code: int, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BILATERAL_DATA", str(tmp_path / "data"))
    result = CliRunner().invoke(cli, arguments)
    printed = result.stderr if code else result.stdout
    assert (result.exit_code, words in printed) == (code, True), result.output


def test_a_lock_is_renewed_only_with_a_reason(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / "guards.lock"
    monkeypatch.setenv("BILATERAL_DATA", str(tmp_path / "data"))
    monkeypatch.setattr(dev, "parsed_manifest", lambda _: None)
    monkeypatch.setattr(dev, "read_project", lambda _: {})
    monkeypatch.setattr(dev, "lock_path", lambda _: path)
    monkeypatch.setattr(dev, "all_guards", lambda *_: {"suite": {"a guard": "0123abcd"}})
    refused = CliRunner().invoke(cli, ["dev", "lock", "--reason", " "])
    assert (refused.exit_code, "suite: a guard" in refused.stdout, path.exists()) == (1, True, False)
    assert "guards that differ from guards.lock: 1" in refused.stderr
    assert CliRunner().invoke(cli, ["dev", "lock", "--reason", "a first list"]).exit_code == 0
    renewed = path.read_text()
    for arguments in ([], ["--reason", "another"]):
        done = CliRunner().invoke(cli, ["dev", "lock", *arguments])
        assert (done.exit_code, done.stdout) == (0, f"{path}: 1 guards of 1 owners\n")
    assert path.read_text() == renewed, "nothing differs, so that no reason is recorded"
    path.write_text(renewed.replace("suite |", "<<<<<<< HEAD\nsuite |"))
    conflict = CliRunner().invoke(cli, ["dev", "lock", "--reason", "a merge"])
    assert "guards.lock, line 3 is not a guard: '<<<<<<< HEAD'" in conflict.stderr
    assert (conflict.exit_code, "git checkout --ours" in conflict.stderr) == (1, True)


def test_hostile_arguments_keep_the_session_alive(tmp_path: Path) -> None:
    hello = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}
    start: list[dict[str, Any]]
    start = [{"id": 0, "method": "initialize", "params": hello}, {"method": "notifications/initialized"}]
    call = '{"jsonrpc": "2.0", "id": %d, "method": "tools/call", "params": {"name": "query", "arguments": {"sql": %s}}}'
    deep = ["[" * depth + "]" * depth for depth in (150, 1_000, 100_000)]
    arguments = ['"select 1"', *deep, '[{"a": ' * 500 + r'"\"]\ud800"' + "}]" * 500, r'"select \ud800"', '"select 1"']
    lines = [json.dumps(message | {"jsonrpc": "2.0"}) for message in start]
    lines += [call % (number, argument) for number, argument in enumerate(arguments, 1)]
    server = [sys.executable, "-m", "orchestration.cli.main", "mcp"]
    environment = {"BILATERAL_DATA": str(tmp_path)}
    pipe = subprocess.PIPE
    with subprocess.Popen(server, env=environment, stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        print(*lines, sep="\n", file=process.stdin, flush=True)
        replies = [json.loads(process.stdout.readline()) for _ in [hello, *arguments]]
        process.stdin.close()
    answers = {reply.get("id"): reply for reply in replies}
    texts = [answers[number]["result"]["content"][0]["text"] for number in range(1, len(arguments) + 1)]
    assert ["valid string" in text for text in texts] == [False, True, True, True, True, False, False]
    assert texts[0] == texts[-1]


def test_missed_faults_and_false_alarms_are_errors(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    outcomes = [
        FaultOutcome("ip_receipts", fault, "usd", caught)
        for fault, caught in (("a", tuple("wxyz")), ("b", ("y",)), ("c", ()))
    ]
    monkeypatch.setenv("BILATERAL_DATA", str(tmp_path))
    monkeypatch.setattr(guards, "latest_build", lambda _: None)
    monkeypatch.setattr(guards, "audit_build", lambda *_, **__: SuiteAudit(tuple(outcomes), ("an alarm is false",)))
    done = CliRunner().invoke(cli, ["guards", "audit"])
    assert done.exit_code == 1
    assert "ip_receipts, c, usd: missed" in done.stdout
    assert "ip_receipts, a" not in done.stdout
    assert "1 missed, 2 caught; 1 false alarms" in done.stdout
    of_one = CliRunner().invoke(cli, ["guards", "audit", "ip_receipts"])
    assert "ip_receipts, a, usd: caught by w; x; y\n" in of_one.stdout
    monkeypatch.setattr(
        guards, "audit_build", lambda *_, progress: progress("ip") or SuiteAudit(tuple(outcomes[:2]), ())
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
