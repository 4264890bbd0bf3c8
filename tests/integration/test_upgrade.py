"""The version in every place that states it, and data folders of a later one."""

import re
from pathlib import Path

import pytest

from orchestration import __version__
from tests.integration.conftest import REPOSITORY, run_bilateral

pytestmark = pytest.mark.campaign


def test_the_version_is_the_same_in_every_place() -> None:
    places = {
        "CHANGELOG.md": r"^\| (\d+\.\d+\.\d+) \| ",
        "pyproject.toml": r'^version = "(.+)"$',
        "CITATION.cff": r"^version: (.+)$",
    }
    stated = {name: re.search(rule, (REPOSITORY / name).read_text(), re.M) for name, rule in places.items()}
    assert {match and match[1] for match in stated.values()} == {__version__}
    assert f"\n## {__version__}\n" in (REPOSITORY / "CHANGELOG.md").read_text()


def test_a_data_folder_of_a_later_format_is_refused_by_every_command(tmp_path: Path) -> None:
    (tmp_path / "format.json").write_text('{"format": 9, "readable_by": "0.9.0"}')
    for arguments in (["refresh"], ["status"], ["releases", "list"], ["health"], ["serve", "--port", "1"]):
        done = run_bilateral(REPOSITORY, tmp_path, *arguments)
        assert done.returncode == 1, arguments
        assert f"has format 9, which Bilateral 0.9.0 reads; this is Bilateral {__version__}" in done.stderr, arguments
        assert "install Bilateral 0.9.0" in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["format.json"]
