"""Rollback, pruning and verification of releases, also by command. All figures are synthetic."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from orchestration.cli.main import cli
from orchestration.core.errors import ReleaseError
from orchestration.reading import release_log
from orchestration.reading.release import Release
from orchestration.reading.release_store import all_releases, find_release, require_current
from orchestration.releases.upkeep import damage_of, prunable, prune, roll_back
from tests.unit.synthetic_project import Project

pytestmark = pytest.mark.slow


def current_id(project: Project) -> str:
    return require_current(project.settings).id


def events(project: Project) -> list[tuple[str, str, str]]:
    log = release_log.entries(project.settings)
    return [(entry.event, entry.release, entry.reason) for entry in log if entry.event != release_log.BEGUN]


def overwrite(path: Path, content: bytes) -> None:
    path.chmod(0o644)
    path.write_bytes(content)


def test_a_rollback_can_be_rolled_back(three: Project) -> None:
    releases = all_releases(three.settings)
    reason = 'two\nlines, "quoted" and \u2028 split'
    assert roll_back(three.settings, releases[0], reason).id == releases[2].id
    assert current_id(three) == releases[0].id
    assert releases[2].folder.is_dir()
    roll_back(three.settings, releases[2], "they were right")
    assert current_id(three) == releases[2].id
    assert events(three)[-2:] == [
        ("rolled back", releases[0].id, reason),
        ("rolled back", releases[2].id, "they were right"),
    ]
    assert release_log.rolled_back_from(three.settings).keys() == {releases[0].fingerprint}


def test_rollbacks_to_damaged_releases_are_refused(three: Project) -> None:
    releases = all_releases(three.settings)
    with pytest.raises(ReleaseError, match="is the current release already"):
        roll_back(three.settings, releases[2], "why")
    overwrite(releases[0].folder / "parquet" / "dim_area.parquet", b"damaged")
    with pytest.raises(ReleaseError, match=r"dim_area.parquet differs from what was published"):
        roll_back(three.settings, releases[0], "why")
    assert current_id(three) == releases[2].id


def test_pruning_keeps_the_newest_the_current_and_the_one_before(three: Project) -> None:
    releases = all_releases(three.settings)
    remains = three.settings.releases / ".killed.part"
    remains.mkdir()
    assert prunable(three.settings, 5) == []
    assert [release.id for release in prune(three.settings, 1)] == [releases[0].id]
    assert [release.id for release in all_releases(three.settings)] == [releases[1].id, releases[2].id]
    assert not releases[0].folder.exists()
    assert not remains.exists()
    assert events(three)[-1] == ("pruned", releases[0].id, "older than the newest 1")
    assert current_id(three) == releases[2].id


def test_pruning_keeps_rollback_targets(three: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    releases = all_releases(three.settings)
    roll_back(three.settings, releases[0], "doubled figures")
    assert [release.id for release in prunable(three.settings, 1)] == [releases[1].id]
    for name, epoch in (("d", "1790812800"), ("e", "1793404800")):
        monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
        three.release(name)
    assert [release.id for release in prunable(three.settings, 1)] == [releases[1].id, releases[2].id]


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
def test_damage_is_found_and_named(three: Project, damage: Callable[[Path], object], faults: list[str]) -> None:
    """A figure whose hash is replaced, too, changes the contents."""
    release = require_current(three.settings)
    assert damage_of(three.settings, release) == []
    damage(release.folder)
    assert damage_of(three.settings, find_release(three.settings, release.id)) == faults


def bilateral(*arguments: str) -> Result:
    group = [] if arguments[0] == "status" else ["releases"]
    return CliRunner().invoke(cli, [*group, *arguments], catch_exceptions=False)


def test_verify_of_damage_is_exit_code_1_and_names_it(two: tuple[Release, Release]) -> None:
    (two[1].folder / "croissant.json").unlink()
    done = bilateral("verify")
    assert done.exit_code == 1
    assert "croissant.json is missing" in done.stderr
    as_json = bilateral("verify", "--json")
    assert as_json.exit_code == 1
    assert json.loads(as_json.stdout)["damage"] == ["croissant.json is missing"]


@pytest.mark.parametrize("command", [("status",), ("diff",), ("verify",), ("rollback", "--reason", "x")])
def test_unknown_ids_get_the_nearest(two: tuple[Release, Release], command: tuple[str, ...]) -> None:
    done = bilateral(command[0], two[0].id[:-1] + "z", *command[1:])
    assert done.exit_code == 1
    assert f"did you mean {two[0].id}" in done.stderr
