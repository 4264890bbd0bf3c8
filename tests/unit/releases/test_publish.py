"""A release appears whole or not at all, and beyond its limits only with a reason. All figures are synthetic."""

import stat
from datetime import date

import duckdb
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


def test_a_guarded_build_becomes_the_current_release(project: Project) -> None:
    build = project.build("one")
    project.guard(build)
    release, is_new = project.publish(build, "a" * 64)
    assert is_new
    current = require_current(project.settings)
    assert (current.id, current.damage()) == (release.id, [])
    with duckdb.connect(str(release.database), read_only=True) as connection:
        latest = connection.execute(
            "select value, vintage::varchar, release_first_seen from synthetic_metric"
        ).fetchall()
        assert latest == [(5.0, "2026-07-01", release.id)]
        assert connection.execute("select count(*) from metric_vintages").fetchall() == [(2,)]
        comment = connection.execute("select comment from duckdb_tables() where table_name = 'dim_area'").fetchall()
        assert comment == [("The synthetic dim_area; it's quoted.",)]
        views = connection.execute("select view_name, sql from duckdb_views() where not internal order by 1").fetchall()
    assert [name for name, _ in views] == [
        "named_metric_vintages",
        "named_synthetic_metric",
        "named_synthetic_metric_all",
    ]
    assert not any("release." in sql or "warehouse." in sql for _, sql in views), "a release can be moved and renamed"
    moved = release.folder.parent.parent / "moved.duckdb"
    moved.write_bytes(release.database.read_bytes())
    with duckdb.connect() as connection:
        connection.execute(f"attach '{moved}' as other (read_only)")
        assert connection.execute("select value from other.named_synthetic_metric").fetchall() == [(5.0,)]
    assert stat.S_IMODE(release.database.stat().st_mode) == 0o444


def test_a_value_keeps_the_release_that_first_had_it(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    releases = []
    for run, value, epoch in (("one", 5.0, "1782864000"), ("two", 5.0, "1785542400"), ("three", 6.0, "1788220800")):
        monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
        build = project.build(run, value)
        project.guard(build)
        releases.append(project.publish(build, run * 20, "the publisher revised it")[0])
    assert [release.id for release in releases] == [
        "20260701T000000Z-oneoneon",
        "20260801T000000Z-twotwotw",
        "20260901T000000Z-threethr",
    ]
    assert [release.previous for release in releases] == [None, releases[0].id, releases[1].id]
    assert releases[2].content["limits"].keys() == {"synthetic_metric", "dim_area", "fct_synthetic"}
    seen = []
    for release in releases:
        with duckdb.connect(str(release.database), read_only=True) as connection:
            seen += connection.execute("select release_first_seen from synthetic_metric").fetchall()
    assert [row[0] for row in seen] == [releases[0].id, releases[0].id, releases[2].id]


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
