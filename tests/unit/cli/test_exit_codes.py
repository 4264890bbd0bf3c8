"""The exit codes that docs/commands.md promises, and the version."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from orchestration import __version__
from orchestration.cli.main import cli


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
