"""The command for assistants without its optional package: what to install is in the refusal."""

from __future__ import annotations

import sys

import pytest
from click.testing import CliRunner

from orchestration.cli.main import cli


def test_without_the_package_the_command_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "mcp", None)
    done = CliRunner().invoke(cli, ["mcp"])
    assert done.exit_code == 1
    assert "the Python package mcp is not installed" in done.stderr
    assert "pip install -e '.[mcp]'" in done.stderr
