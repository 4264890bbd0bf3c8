"""Beyond its limits a release needs a reason, which is recorded and opens nothing else. All figures are synthetic."""

from datetime import date

import pytest

from orchestration.core.errors import ReleaseError
from orchestration.core.files import read_json
from orchestration.ingestion.raw_tables import RawFile
from orchestration.ingestion.selection import Selection
from orchestration.reading.release import Release
from orchestration.reading.release_log import entries
from orchestration.reading.release_store import require_current
from orchestration.releases.upkeep import roll_back
from tests.unit import synthetic_source
from tests.unit.synthetic_project import Project, figure

pytestmark = pytest.mark.slow

MANY = [figure(year=1980 + number, value=1.0) for number in range(40)]
REASON = "the publisher rebased the series"


@pytest.fixture
def first(project: Project, monkeypatch: pytest.MonkeyPatch) -> Release:
    """A release; the payloads of what is published after it are others."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1782864000")
    release = project.release("a", figures=MANY)
    project.origins = (synthetic_source.origin(b"b"),)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1785542400")
    return release


def test_a_release_within_the_limits_carries_its_diff(project: Project, first: Release) -> None:
    assert (first.previous, first.content["diff"], (first.folder / "diff.json").exists()) == (None, None, False)
    second = project.release("b", figures=[figure(year=1980, value=2.0), *MANY[1:], figure(year=2030)])
    assert second.previous == first.id
    summary = second.content["diff"]
    assert (summary["before"], summary["added"], summary["gone"], summary["changed"]) == (first.id, 1, 0, 1)
    whole = read_json(second.folder / "diff.json")
    (movement,) = whole["metrics"]["synthetic_metric"]["largest_movements"]
    assert (movement["year"], movement["value_before"], movement["value_after"]) == (1980, 1.0, 2.0)
    assert whole["tables"]["synthetic_metric"] == {"rows_before": 40, "rows_after": 41}
    assert second.content["accepted"] is None


def test_beyond_the_limits_it_is_refused_with_the_worst_movements(project: Project, first: Release) -> None:
    slipped = [figure(year=1980, value=1.0 / 1000), *MANY[1:]]
    with pytest.raises(ReleaseError) as refused:
        project.release("b", figures=slipped)
    message = str(refused.value)
    movement = "m AAA W00 SH synthetic reported 1980 2026-07-01: 1 USD → 0.001 USD, a factor of 1,000"
    for part in (first.id, movement, "the limit is 10", "--accept"):
        assert part in message
    assert require_current(project.settings).id == first.id
    assert [path.name for path in project.settings.releases.iterdir() if path.name.startswith(".")] == []
    kept = project.settings.build / "b" / "diff.json"
    assert str(kept) in message
    assert read_json(kept)["metrics"]["synthetic_metric"]["changed"] == 1


def test_a_decided_vintage_needs_no_second_reason(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """The publisher answers another time under a date that the release has, and a person admits the answer."""
    file = RawFile(
        "synthetic", "figures", "figures", date(2026, 7, 1), "a" * 64, 40, project.settings.raw / "a.parquet"
    )
    decision = {"vintage": "2026-07-01", "time": "2026-07-02T00:00:00+00:00", "by": "person", "reason": REASON}
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1782864000")  # 2026-07-01
    project.selection = Selection("synthetic", (file,), ())
    first = project.release("a", figures=MANY)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1785542400")
    halved = [figure(year=1980 + number, value=0.5) for number in range(40)]
    project.origins = (synthetic_source.origin(b"b"),)
    with pytest.raises(ReleaseError, match="the limit is 25"):
        project.release("b", figures=halved)
    project.selection = Selection("synthetic", (file,), (), decisions=(decision,))
    assert project.release("c", figures=halved).previous == first.id
    project.origins = (synthetic_source.origin(b"c"),)
    with pytest.raises(ReleaseError, match="the limit is 25"):  # a decision counts once
        project.release("d", figures=MANY)


def test_a_reason_is_recorded_with_what_it_accepted(project: Project, first: Release) -> None:
    second = project.release("b", figures=MANY[:20], accept=REASON)
    accepted = second.content["accepted"]
    assert accepted["reason"] == REASON
    assert "20 of 40 figures are gone, 50.0 %; the limit is 2" in accepted["instead_of"][0]
    assert entries(project.settings)[-1].reason == f"accepted: {REASON}"
    assert read_json(second.folder / "diff.json")["before"] == first.id


def test_a_reason_opens_nothing_that_the_guards_closed(project: Project, first: Release) -> None:
    with pytest.raises(ReleaseError, match="expectations of synthetic_metric failed"):
        project.release("b", figures=[figure(value=5000.0)], accept=REASON)
    assert require_current(project.settings).id == first.id


def test_rolled_back_builds_stay_away(project: Project, first: Release, monkeypatch: pytest.MonkeyPatch) -> None:
    second = project.release("b", figures=[*MANY, figure(year=2030)])
    roll_back(project.settings, first, "the new year was wrong")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1788220800")
    with pytest.raises(ReleaseError, match="the new year was wrong") as refused:
        project.release("again", second.fingerprint, figures=[*MANY, figure(year=2030)])
    assert second.id in str(refused.value)
    third = project.release("accepted", second.fingerprint, figures=[*MANY, figure(year=2030)], accept=REASON)
    assert second.id in third.content["accepted"]["instead_of"][0]
