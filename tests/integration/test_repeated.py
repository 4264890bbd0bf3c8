"""Two real builds of the same inputs and code at one clock: which files of the two releases are the same to the byte, by the reduced project."""

from __future__ import annotations

import re

import pytest

from orchestration.core.files import read_json
from orchestration.core.settings import Settings
from orchestration.releases.release_store import Release, require_current
from tests.integration.conftest import REPOSITORY, run_bilateral
from tests.integration.survival.reduced_project import reduced_tree

pytestmark = pytest.mark.campaign

CLOCK = "1798243200"
OF_ONE_RUN = {"warehouse.duckdb", "build.json", "release.json"}
"""Files that differ, as docs/reliability.md states."""


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> tuple[Release, Release]:
    """The releases of two refreshes at one clock, each into an empty data folder."""
    root = reduced_tree(tmp_path_factory.mktemp("repeated") / "tree")
    made = []
    for name in ("one", "two"):
        data = root.parent / name
        done = run_bilateral(root, data, "refresh", SOURCE_DATE_EPOCH=CLOCK)
        assert done.returncode == 0, done.stdout + done.stderr
        made.append(require_current(Settings(root=root, data=data)))
    return made[0], made[1]


def differing(first: Release, second: Release) -> set[str]:
    files = {
        path.relative_to(each.folder).as_posix()
        for each in (first, second)
        for path in each.folder.rglob("*")
        if path.is_file()
    }
    return {name for name in files if (first.folder / name).read_bytes() != (second.folder / name).read_bytes()}


def test_all_files_but_those_of_one_run_are_the_same_to_the_byte(two: tuple[Release, Release]) -> None:
    assert two[0].id == two[1].id
    assert differing(*two) == OF_ONE_RUN


def test_the_contents_differ_by_the_hashes_of_those_files_alone(two: tuple[Release, Release]) -> None:
    contents = [dict(read_json(release.folder / "release.json")) for release in two]
    for content in contents:
        content["files"] = {name: sha for name, sha in content["files"].items() if name not in OF_ONE_RUN}
    assert contents[0] == contents[1]


def test_the_document_names_exactly_these_files() -> None:
    text = (REPOSITORY / "docs" / "reliability.md").read_text(encoding="utf-8")
    section = text[text.index("## The same to the byte") :].split("\n## ")[0]
    assert set(re.findall(r"^\| `([a-z.]+)` \| no ", section, re.MULTILINE)) == OF_ONE_RUN
