"""Data folders that earlier code made, by itself from the repository's history, under the code of today."""

import io
import os
import re
import subprocess
import sys
import tarfile
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from orchestration import __version__
from orchestration.core.settings import Settings
from orchestration.releases.release_log import LOG, read_chain
from orchestration.releases.release_store import all_releases, published_releases, require_current
from tests.integration.conftest import REPOSITORY, run_bilateral
from tests.integration.serving import serving
from tests.integration.survival.reduced_project import add_edition, reduced_tree
from tests.integration.survival.workspace import Commands

pytestmark = pytest.mark.campaign

BEFORE = "0.1.0"
QUESTION = "select count(*) as n from synthetic_trademark_applications"
_MAKE = "import sys; from pathlib import Path; from tests.integration.survival.reduced_project import reduced_tree; reduced_tree(Path(sys.argv[1]))"


@dataclass(frozen=True)
class Upgraded:
    """A data folder with what two refreshes of version 0.1.0 published, and the reduced project of today on it."""

    new: Commands
    settings: Settings
    releases: tuple[str, ...]


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
def upgraded(tmp_path_factory: pytest.TempPathFactory) -> Upgraded:
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
    old, new = Commands(before, data), Commands(settings.root, data)
    for _ in range(2):
        code, output = old.run("refresh")
        assert code == 0, output
        add_edition(before)
    return Upgraded(new, settings, tuple(release.id for release in all_releases(settings)))


def figures(server: Commands) -> int:
    """How many figures the current release has, as a version's own command reads it."""
    code, output = server.run("query", QUESTION, "--format", "csv")
    assert code == 0, output
    count = re.search(r"^n\n(\d+)$", output, re.M)
    assert count, output
    return int(count[1])


def test_an_older_data_folder_is_read_refreshed_verified_and_rolled_back(upgraded: Upgraded) -> None:
    settings, new, (first, second) = upgraded.settings, upgraded.new, upgraded.releases
    assert "format" not in require_current(settings).content, "it is really of the version before"
    assert read_chain(settings).end == ""
    for release in (first, second):
        code, output = new.run("releases", "verify", release)
        assert code == 0, output
    assert figures(new) == 50

    code, output = new.run("refresh")
    assert code == 0, output
    third = require_current(settings)
    assert (third.previous, third.content["written_by"]) == (second, __version__)
    assert (settings.releases / LOG).read_text().count('"event": "published"') == 3
    assert len(read_chain(settings).old) == 2, "the chain covers the two lines of the version before"
    for release in (first, second, third.id):
        code, output = new.run("releases", "verify", release)
        assert code == 0, output

    for arguments in (("diff", second, third.id), ("rollback", first, "--reason", "a trial")):
        code, output = new.run("releases", *arguments)
        assert code == 0, output
    assert require_current(settings).id == first
    assert figures(new) == 50
    code, output = new.run("releases", "rollback", third.id, "--reason", "back")
    assert code == 0, output
    assert len(published_releases(settings)) == 3
    assert "Nothing changed" in new.run("refresh")[1]


def test_it_is_served_with_the_runs_that_the_version_before_made(upgraded: Upgraded) -> None:
    with serving(upgraded.settings) as (address, _):
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
    (tmp_path / "format.json").write_text('{"format": 3, "readable_by": "0.9.0"}')
    for arguments in (["refresh"], ["status"], ["releases", "list"], ["health"], ["serve", "--port", "1"]):
        done = run_bilateral(REPOSITORY, tmp_path, *arguments)
        assert done.returncode == 1, arguments
        assert f"has format 3, which Bilateral 0.9.0 reads; this is Bilateral {__version__}" in done.stderr, arguments
        assert "install Bilateral 0.9.0" in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["format.json"]
