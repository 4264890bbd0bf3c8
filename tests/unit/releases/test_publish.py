"""A release appears whole or not at all, and only for a build that was guarded as it is. All figures here are synthetic."""

import stat

import duckdb
import pytest

from orchestration.reading.release_store import require_current
from tests.unit.synthetic_project import Project

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
