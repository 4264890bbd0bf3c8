"""`bilateral dev lock`: differences are listed, and recorded only with a reason."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from orchestration.cli import dev as module
from orchestration.cli.main import cli


def test_a_lock_is_renewed_only_with_a_reason(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / "guards.lock"
    monkeypatch.setenv("BILATERAL_DATA", str(tmp_path / "data"))
    monkeypatch.setattr(module, "parsed_manifest", lambda _: None)
    monkeypatch.setattr(module, "read_project", lambda _: {})
    monkeypatch.setattr(module, "lock_path", lambda _: path)
    monkeypatch.setattr(module, "all_guards", lambda *_: {"suite": {"a guard": "0123abcd"}})
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
