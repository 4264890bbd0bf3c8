"""Data folders that earlier code made, by itself from the repository's history, under the code of today."""

import io
import os
import re
import subprocess
import sys
import tarfile
from pathlib import Path

import httpx
import pytest

from orchestration import __version__
from orchestration.core.settings import Settings
from tests.integration.conftest import REPOSITORY, run_bilateral
from tests.integration.serving import serving
from tests.integration.survival.reduced_project import add_edition, reduced_tree
from tests.integration.survival.workspace import Commands

pytestmark = pytest.mark.campaign

BEFORE = "0.1.0"
_MAKE = "import sys; from pathlib import Path; from tests.integration.survival.reduced_project import reduced_tree; reduced_tree(Path(sys.argv[1]))"


def last_commit(version: str) -> str:
    """The last commit of a version, as the changelog names it."""
    row = re.search(rf"^\| {re.escape(version)} \| `\w+` \| `(\w+)` ", (REPOSITORY / "CHANGELOG.md").read_text(), re.M)
    assert row, f"CHANGELOG.md names the last commit of {version}"
    return row[1]


def code_of(commit: str, target: Path) -> Path:
    """The files of a commit."""
    archive = subprocess.run(["git", "archive", commit], cwd=REPOSITORY, capture_output=True, check=False)
    if archive.returncode:
        pytest.skip(f"this clone lacks the commit {commit}: {archive.stderr.decode().strip()}")
    with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as files:
        files.extractall(target, filter="data")
    subprocess.run(["git", "init", "--quiet"], cwd=target, check=True)  # its own helpers ask git for its files
    return target


@pytest.fixture(scope="module")
def upgraded(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Two releases that version 0.1.0 published, of two states of the inputs; nothing was done by today's code yet."""
    folder = tmp_path_factory.mktemp("upgrade")
    checkout, before, data = code_of(last_commit(BEFORE), folder / "code"), folder / "before", folder / "data"
    made = subprocess.run(
        [sys.executable, "-c", _MAKE, str(before)],
        cwd=checkout,
        env={**os.environ, "PYTHONPATH": str(checkout)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stderr
    settings = Settings(root=reduced_tree(folder / "now", editions=5), data=data)
    old = Commands(before, data)
    for _ in range(2):
        code, output = old.run("refresh")
        assert code == 0, output
        add_edition(before)
    return settings


def test_it_is_served_with_the_runs_that_the_version_before_made(upgraded: Settings) -> None:
    with serving(upgraded) as (address, _):
        query = "{ runsOrError { ... on Runs { results { jobName status } } } assetsOrError { ... on AssetConnection { nodes { key { path } } } } }"
        answer = httpx.post(f"{address}/graphql", json={"query": query}, timeout=60).json()["data"]
    runs = answer["runsOrError"]["results"]
    assert [run["status"] for run in runs if run["jobName"] == "refresh"].count("SUCCESS") >= 2
    assert ["release"] in [node["key"]["path"] for node in answer["assetsOrError"]["nodes"]]


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
