"""Going back, freeing space and proving that nothing changed. All figures are synthetic."""

from collections.abc import Callable
from pathlib import Path

import pytest

from orchestration.core.errors import ReleaseError
from orchestration.releases import release_log
from orchestration.releases.release_store import StoredRelease, all_releases, find_release, require_current
from orchestration.releases.upkeep import damage_of, prunable, prune, roll_back
from tests.unit.synthetic_project import Project

pytestmark = pytest.mark.slow


@pytest.fixture
def three(project: Project, monkeypatch: pytest.MonkeyPatch) -> list[StoredRelease]:
    """Three releases of the same figure, a month apart."""
    releases = []
    for name, epoch in (("a", "1782864000"), ("b", "1785542400"), ("c", "1788220800")):
        monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
        releases.append(project.release(name))
    return releases


def current_id(project: Project) -> str:
    return require_current(project.settings).id


def events(project: Project) -> list[tuple[str, str, str]]:
    log = release_log.entries(project.settings)
    return [(entry.event, entry.release, entry.reason) for entry in log if entry.event != release_log.BEGUN]


def overwrite(path: Path, content: bytes) -> None:
    path.chmod(0o644)
    path.write_bytes(content)


def test_a_rollback_can_be_rolled_back(project: Project, three: list[StoredRelease]) -> None:
    reason = 'two\nlines, "quoted" and \u2028 split'
    assert roll_back(project.settings, three[0], reason).id == three[2].id
    assert current_id(project) == three[0].id
    assert three[2].folder.is_dir()
    roll_back(project.settings, three[2], "they were right")
    assert current_id(project) == three[2].id
    assert events(project)[-2:] == [
        ("rolled back", three[0].id, reason),
        ("rolled back", three[2].id, "they were right"),
    ]
    assert release_log.rolled_back_from(project.settings).keys() == {three[0].fingerprint}


def test_rollbacks_to_damaged_releases_are_refused(project: Project, three: list[StoredRelease]) -> None:
    with pytest.raises(ReleaseError, match="is the current release already"):
        roll_back(project.settings, three[2], "why")
    overwrite(three[0].folder / "parquet" / "dim_area.parquet", b"damaged")
    with pytest.raises(ReleaseError, match=r"dim_area.parquet differs from what was published"):
        roll_back(project.settings, three[0], "why")
    assert current_id(project) == three[2].id


def test_pruning_keeps_the_newest_the_current_and_the_one_before(project: Project, three: list[StoredRelease]) -> None:
    remains = project.settings.releases / ".killed.part"
    remains.mkdir()
    assert prunable(project.settings, 5) == []
    assert [release.id for release in prune(project.settings, 1)] == [three[0].id]
    assert [release.id for release in all_releases(project.settings)] == [three[1].id, three[2].id]
    assert not three[0].folder.exists()
    assert not remains.exists()
    assert events(project)[-1] == ("pruned", three[0].id, "older than the newest 1")
    assert current_id(project) == three[2].id


def test_pruning_keeps_rollback_targets(
    project: Project, three: list[StoredRelease], monkeypatch: pytest.MonkeyPatch
) -> None:
    roll_back(project.settings, three[0], "doubled figures")
    assert [release.id for release in prunable(project.settings, 1)] == [three[1].id]
    for name, epoch in (("d", "1790812800"), ("e", "1793404800")):
        monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
        project.release(name)
    assert [release.id for release in prunable(project.settings, 1)] == [three[1].id, three[2].id]


def rewrite(path: Path, before: bytes, after: bytes) -> None:
    overwrite(path, path.read_bytes().replace(before, after))


@pytest.mark.parametrize(
    ("damage", "faults"),
    [
        (lambda folder: (folder / "parquet/more").write_bytes(b"more"), ["parquet/more was not published"]),
        (lambda folder: (folder / "guards.html").unlink(), ["guards.html is missing"]),
        (
            lambda folder: overwrite(folder / "warehouse.duckdb", b"damaged"),
            ["warehouse.duckdb differs from what was published"],
        ),
        (
            lambda folder: rewrite(folder / "release.json", b'"passed": 1', b'"passed": 2'),
            ["release.json differs from what was published"],
        ),
    ],
    ids=["added", "missing", "changed", "contents"],
)
def test_damage_is_found_and_named(project: Project, damage: Callable[[Path], object], faults: list[str]) -> None:
    """A figure whose hash is replaced, too, changes the contents."""
    release = project.release("a")
    assert damage_of(project.settings, release) == []
    damage(release.folder)
    assert damage_of(project.settings, find_release(project.settings, release.id)) == faults
