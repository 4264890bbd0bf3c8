"""Two builds of the same inputs and code at one clock: which files of the reduced project are the same."""

import re
from pathlib import Path

import pytest

from orchestration.core.files import read_json
from orchestration.core.settings import Settings
from orchestration.reading.release import Release
from orchestration.reading.release_store import require_current
from tests.integration.conftest import REPOSITORY, run_bilateral
from tests.integration.survival.reduced_project import reduced_tree

pytestmark = pytest.mark.campaign

CLOCK = "1798243200"


def published(root: Path, data: Path) -> Release:
    done = run_bilateral(root, data, "refresh", SOURCE_DATE_EPOCH=CLOCK)
    assert done.returncode == 0, done.stdout + done.stderr
    return require_current(Settings(root=root, data=data))


def contents_of(release: Release) -> dict[str, bytes]:
    files = (path for path in release.folder.rglob("*") if path.is_file())
    return {path.relative_to(release.folder).as_posix(): path.read_bytes() for path in files}


def test_all_files_but_those_that_the_page_names_are_the_same_to_the_byte(tmp_path: Path) -> None:
    root = reduced_tree(tmp_path / "tree")
    first, second = (published(root, tmp_path / name) for name in ("one", "two"))
    assert first.id == second.id
    page = (REPOSITORY / "docs" / "reliability.md").read_text(encoding="utf-8")
    section = page[page.index("## The same to the byte") :].split("\n## ")[0]
    named = set(re.findall(r"^\| `([a-z.]+)` \| no ", section, re.MULTILINE))
    before, after = contents_of(first), contents_of(second)
    assert {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)} == named
    contents = [dict(read_json(release.folder / "release.json")) for release in (first, second)]
    for content in contents:
        content["files"] = {name: sha256 for name, sha256 in content["files"].items() if name not in named}
    assert contents[0] == contents[1]
