"""Going back, freeing space and proving that nothing changed. All figures are synthetic."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from orchestration.core.errors import ReleaseError
from orchestration.core.files import read_json, write_json
from orchestration.releases import history
from orchestration.releases.release_store import Release, all_releases, current_release, find_release
from orchestration.releases.upkeep import damage_of, prunable, prune, roll_back
from tests.unit.synthetic_project import Project

pytestmark = pytest.mark.slow


@pytest.fixture
def three(project: Project, monkeypatch: pytest.MonkeyPatch) -> list[Release]:
    """Three releases of the same figure, a month apart."""
    releases = []
    for name, epoch in (("a", "1782864000"), ("b", "1785542400"), ("c", "1788220800")):
        monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
        releases.append(project.release(name))
    return releases


def current_id(project: Project) -> str:
    current = current_release(project.settings)
    assert current is not None
    return current.id


def events(project: Project) -> list[tuple[str, str, str]]:
    log = history.entries(project.settings)
    return [(entry.event, entry.release, entry.reason) for entry in log if entry.event != history.BEGUN]


def overwrite(path: Path, content: bytes) -> None:
    path.chmod(0o644)
    path.write_bytes(content)


def test_a_rollback_makes_an_earlier_release_current_and_can_be_rolled_back(
    project: Project, three: list[Release]
) -> None:
    assert roll_back(project.settings, three[0], "doubled figures").id == three[2].id
    assert current_id(project) == three[0].id
    assert three[2].folder.is_dir()
    roll_back(project.settings, three[2], "they were right")
    assert current_id(project) == three[2].id
    assert events(project)[-2:] == [
        ("rolled back", three[0].id, "doubled figures"),
        ("rolled back", three[2].id, "they were right"),
    ]
    assert history.rolled_back_from(project.settings).keys() == {three[0].fingerprint}


def test_a_rollback_to_the_current_or_to_a_damaged_release_is_refused(project: Project, three: list[Release]) -> None:
    with pytest.raises(ReleaseError, match="is the current release already"):
        roll_back(project.settings, three[2], "why")
    overwrite(three[0].folder / "parquet" / "dim_area.parquet", b"damaged")
    with pytest.raises(ReleaseError, match=r"dim_area.parquet differs from what was published"):
        roll_back(project.settings, three[0], "why")
    assert current_id(project) == three[2].id


def test_a_reason_with_line_breaks_stays_one_line_of_the_log(project: Project, three: list[Release]) -> None:
    reason = 'two\nlines, "quoted" and \u2028 split'
    roll_back(project.settings, three[0], reason)
    assert events(project)[-1][2] == reason


def test_pruning_keeps_the_newest_the_current_and_the_one_before(project: Project, three: list[Release]) -> None:
    remains = project.settings.releases / ".killed.part"
    remains.mkdir()
    assert prunable(project.settings, 5) == []
    assert [release.id for release in prune(project.settings, 1)] == [three[0].id]
    assert [release.id for release in all_releases(project.settings)] == [three[1].id, three[2].id]
    assert not three[0].folder.exists()
    assert not remains.exists()
    assert events(project)[-1] == ("pruned", three[0].id, "older than the newest 1")
    assert current_id(project) == three[2].id


def test_pruning_never_takes_the_current_release_or_one_that_was_rolled_back_to(
    project: Project, three: list[Release], monkeypatch: pytest.MonkeyPatch
) -> None:
    roll_back(project.settings, three[0], "doubled figures")
    assert [release.id for release in prunable(project.settings, 1)] == [three[1].id]
    for name, epoch in (("d", "1790812800"), ("e", "1793404800")):
        monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
        project.release(name)
    assert [release.id for release in prunable(project.settings, 1)] == [three[1].id, three[2].id]


def added(release: Release) -> str:
    (release.folder / "parquet" / "more.parquet").write_bytes(b"more")
    return "parquet/more.parquet was not published"


def missing(release: Release) -> str:
    (release.folder / "guards.html").unlink()
    return "guards.html is missing"


def changed(release: Release) -> str:
    path = release.folder / "warehouse.duckdb"
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    overwrite(path, bytes(content))
    return "warehouse.duckdb differs from what was published"


def contents_changed(release: Release) -> str:
    path = release.folder / "release.json"
    overwrite(path, path.read_bytes().replace(b'"passed": 1', b'"passed": 2'))
    return "release.json differs from what was published"


def hash_replaced(release: Release) -> str:
    """Somebody changes a figure and its hash together."""
    path = release.folder / "parquet" / "dim_area.parquet"
    overwrite(path, b"forged")
    content = dict(read_json(release.folder / "release.json"))
    content["files"]["parquet/dim_area.parquet"] = "0" * 64
    (release.folder / "release.json").chmod(0o644)
    write_json(release.folder / "release.json", content)
    return "release.json differs from what was published"


@pytest.mark.parametrize("damage", [added, missing, changed, contents_changed, hash_replaced])
def test_damage_is_found_and_named(project: Project, damage: Callable[[Release], str]) -> None:
    release = project.release("a")
    assert damage_of(project.settings, release) == []
    fault = damage(release)
    assert fault in damage_of(project.settings, find_release(project.settings, release.id))
