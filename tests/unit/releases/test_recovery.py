"""A publication that ended between its last check and its record is finished by the next process. All figures are synthetic."""

from __future__ import annotations

import pytest

from orchestration.releases import publish as publishing
from orchestration.releases.history import LOG, entries
from orchestration.releases.recovery import recover
from orchestration.releases.release_store import CURRENT, all_releases, require_current
from orchestration.releases.upkeep import roll_back
from tests.unit.synthetic_project import House


class KilledError(Exception):
    """Stands for the end of the process."""


def interrupted(house: House, run: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Publish, and end when the release has appeared and is not current yet."""

    def end(*_: object) -> None:
        raise KilledError

    with monkeypatch.context() as patched:
        patched.setattr(publishing, "make_current", end)
        with pytest.raises(KilledError):
            house.release(run)


def test_a_release_that_appeared_becomes_the_current_one(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    first = house.release("a")
    interrupted(house, "b", monkeypatch)
    assert require_current(house.settings).id == first.id
    (said,) = recover(house.settings)
    second = require_current(house.settings)
    assert second.previous == first.id
    assert second.id in said
    assert [entry.release for entry in entries(house.settings)] == [first.id, second.id]
    assert recover(house.settings) == []


def test_what_is_current_and_not_in_the_log_is_written_down(house: House) -> None:
    house.release("a")
    log = house.settings.releases / LOG
    log.unlink()
    (said,) = recover(house.settings)
    assert "wrote down" in said
    assert [entry.release for entry in entries(house.settings)] == [require_current(house.settings).id]


def test_a_release_that_is_not_whole_does_not_become_current(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    first = house.release("a")
    interrupted(house, "b", monkeypatch)
    (all_releases(house.settings)[-1].folder / "guards.html").unlink()
    assert recover(house.settings) == []
    assert require_current(house.settings).id == first.id


def test_a_clock_that_went_back_does_not_stop_it(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """The log's last word, a rollback, is of a later hour than any release; what appears afterwards is later still."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1785542400")
    first = house.release("a")
    house.release("b")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1788220800")
    roll_back(house.settings, first, "the second was wrong")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1782864000")
    interrupted(house, "c", monkeypatch)
    (said,) = recover(house.settings)
    third = require_current(house.settings)
    assert (third.previous, third.fingerprint[0]) == (first.id, "c")
    assert third.id in said


def test_the_pointer_alone_is_no_release(house: House) -> None:
    first = house.release("a")
    (house.settings.releases / f".{CURRENT}.999999999.abcdef01.part").symlink_to("nowhere")
    (said,) = recover(house.settings)
    assert "which a killed process left" in said
    assert require_current(house.settings).id == first.id
