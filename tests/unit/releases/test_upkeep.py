"""Going back, making room and proving that nothing changed. All figures are synthetic."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from orchestration.core.errors import ReleaseError
from orchestration.core.files import read_json, write_json
from orchestration.releases import history
from orchestration.releases.release_store import Release, all_releases, current_release, find_release
from orchestration.releases.upkeep import damage_of, prunable, prune, roll_back
from tests.unit.synthetic_project import House


@pytest.fixture
def three(house: House, monkeypatch: pytest.MonkeyPatch) -> list[Release]:
    """Three releases of the same figure, a month apart."""
    found = []
    for name, epoch in (("a", "1782864000"), ("b", "1785542400"), ("c", "1788220800")):
        monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
        found.append(house.release(name))
    return found


def current_id(house: House) -> str:
    current = current_release(house.settings)
    assert current is not None
    return current.id


def events(house: House) -> list[tuple[str, str, str]]:
    return [(entry.event, entry.release, entry.reason) for entry in history.entries(house.settings)]


def overwrite(path: Path, content: bytes) -> None:
    path.chmod(0o644)
    path.write_bytes(content)


def test_releases_are_found_by_id_beginning_and_current(house: House, three: list[Release]) -> None:
    assert [release.id for release in all_releases(house.settings)] == [release.id for release in three]
    assert find_release(house.settings, three[0].id).id == three[0].id
    assert find_release(house.settings, three[1].id[:10]).id == three[1].id
    assert find_release(house.settings, "current").id == three[2].id


def test_an_unknown_id_names_the_nearest(house: House, three: list[Release]) -> None:
    with pytest.raises(ReleaseError, match=f"did you mean {three[1].id}"):
        find_release(house.settings, three[1].id[:-3] + "xyz")
    with pytest.raises(ReleaseError, match="names 3"):
        find_release(house.settings, "2026")
    for wanted in ("", "..", "../releases", "*"):
        with pytest.raises(ReleaseError, match="there is no"):
            find_release(house.settings, wanted)


def test_a_rollback_makes_an_earlier_release_current_and_can_be_rolled_back(house: House, three: list[Release]) -> None:
    assert roll_back(house.settings, three[0], "doubled figures").id == three[2].id
    assert current_id(house) == three[0].id
    assert three[2].folder.is_dir()
    roll_back(house.settings, three[2], "they were right")
    assert current_id(house) == three[2].id
    assert events(house)[-2:] == [
        ("rolled back", three[0].id, "doubled figures"),
        ("rolled back", three[2].id, "they were right"),
    ]
    assert history.rolled_back_from(house.settings).keys() == {three[0].fingerprint}


def test_a_rollback_to_the_current_or_to_a_damaged_release_is_refused(house: House, three: list[Release]) -> None:
    with pytest.raises(ReleaseError, match="is the current one already"):
        roll_back(house.settings, three[2], "why")
    overwrite(three[0].folder / "parquet" / "dim_area.parquet", b"damaged")
    with pytest.raises(ReleaseError, match=r"dim_area.parquet is not as it was published"):
        roll_back(house.settings, three[0], "why")
    assert current_id(house) == three[2].id


def test_a_reason_with_line_breaks_stays_one_line_of_the_log(house: House, three: list[Release]) -> None:
    reason = 'two\nlines, "quoted" and \u2028 split'
    roll_back(house.settings, three[0], reason)
    assert events(house)[-1][2] == reason


def test_a_torn_line_of_the_log_is_named(house: House, three: list[Release]) -> None:
    with (house.settings.releases / history.LOG).open("a") as stream:
        stream.write('{"time": "2026\n')
    with pytest.raises(ReleaseError) as refused:
        history.entries(house.settings)
    assert refused.value.row == "line 4"


def test_a_last_line_that_was_never_finished_does_not_count_and_is_taken_off(
    house: House, three: list[Release]
) -> None:
    log = house.settings.releases / history.LOG
    before = log.read_bytes()
    log.write_bytes(before + b'{"time": "2026-11-25", "event": "publ')
    assert len(events(house)) == 3
    roll_back(house.settings, three[0], "why")
    assert log.read_bytes().startswith(before)
    assert [event for event, *_ in events(house)] == ["published"] * 3 + ["rolled back"]


def test_pruning_keeps_the_newest_the_current_and_the_one_before(house: House, three: list[Release]) -> None:
    remains = house.settings.releases / ".killed.part"
    remains.mkdir()
    assert prunable(house.settings, 5) == []
    assert [release.id for release in prune(house.settings, 1)] == [three[0].id]
    assert [release.id for release in all_releases(house.settings)] == [three[1].id, three[2].id]
    assert not three[0].folder.exists()
    assert not remains.exists()
    assert events(house)[-1] == ("pruned", three[0].id, "older than the newest 1")
    assert current_id(house) == three[2].id


def test_pruning_never_takes_the_current_release_or_one_that_was_rolled_back_to(
    house: House, three: list[Release], monkeypatch: pytest.MonkeyPatch
) -> None:
    roll_back(house.settings, three[0], "doubled figures")
    assert [release.id for release in prunable(house.settings, 1)] == [three[1].id]
    for name, epoch in (("d", "1790812800"), ("e", "1793404800")):
        monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
        house.release(name)
    assert [release.id for release in prunable(house.settings, 1)] == [three[1].id, three[2].id]


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
    return "warehouse.duckdb is not as it was published"


def contents_changed(release: Release) -> str:
    path = release.folder / "release.json"
    overwrite(path, path.read_bytes().replace(b'"passed": 1', b'"passed": 2'))
    return "release.json is not as it was published"


def hash_replaced(release: Release) -> str:
    """Somebody changes a figure and its hash together."""
    path = release.folder / "parquet" / "dim_area.parquet"
    overwrite(path, b"forged")
    content = dict(read_json(release.folder / "release.json"))
    content["files"]["parquet/dim_area.parquet"] = "0" * 64
    (release.folder / "release.json").chmod(0o644)
    write_json(release.folder / "release.json", content)
    return "datapackage.json and release.json name different hashes of parquet/dim_area.parquet"


@pytest.mark.parametrize("damage", [added, missing, changed, contents_changed, hash_replaced])
def test_damage_is_found_and_named(house: House, damage: Callable[[Release], str]) -> None:
    release = house.release("a")
    assert damage_of(house.settings, release) == []
    said = damage(release)
    assert said in damage_of(house.settings, find_release(house.settings, release.id))
