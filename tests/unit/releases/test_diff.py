"""Two releases are compared figure by figure: what came, what went, what changed, and by how much. All figures are synthetic."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.core.errors import ReleaseError
from orchestration.releases.limits import Limits, declared_limits
from orchestration.releases.release_diff import ReleaseDiff, Side, compare_releases, keys_of
from orchestration.releases.release_store import ALL_VINTAGES, parquet_path
from orchestration.releases.table_diff import SHOWN, Shape, TableDiff, compare_tables
from tests.unit.synthetic_project import figure, write_figures

Figures = Iterable[Mapping[str, Any]]


def diff_of(
    folder: Path,
    before: Figures,
    after: Figures,
    limits: Mapping[str, Limits] | None = None,
    tables: tuple[Mapping[str, int], Mapping[str, int]] = ({}, {}),
    changes: str = "",
    vintages: tuple[Mapping[str, list[str]], Mapping[str, list[str]]] = ({}, {}),
) -> ReleaseDiff:
    """Write both as releases of metrics alone and compare; ``changes`` is SQL that changes the table ``figures`` before.

    ``vintages`` are those that each release was made of; without them every figure is judged.
    """
    for name, figures in (("before", before), ("after", after)):
        path = parquet_path(folder / name, ALL_VINTAGES)
        path.parent.mkdir(parents=True, exist_ok=True)
        with duckdb.connect(":memory:") as connection:
            write_figures(connection, "figures", figures)
            connection.execute(changes if name == "before" else "")
            connection.table("figures").write_parquet(str(path))
    one = Side("A", folder / "before", tables[0], {}, vintages[0])
    other = Side("B", folder / "after", tables[1], {}, vintages[1])
    return compare_releases(one, other, limits or {})


def metric_of(folder: Path, before: Figures, after: Figures, changes: str = "") -> TableDiff:
    return diff_of(folder, before, after, changes=changes).metrics["synthetic_metric"]


def beyond_of(folder: Path, before: Figures, after: Figures, limits: Limits) -> list[str]:
    return diff_of(folder, before, after, {"synthetic_metric": limits}).beyond


def counts(metric: TableDiff) -> tuple[int, int, int]:
    return metric.added, metric.gone, metric.changed


def test_equal_releases_differ_by_nothing(tmp_path: Path) -> None:
    diff = diff_of(
        tmp_path,
        [figure(), figure(year=2023, value=None, obs_status="Q")],
        [figure(), figure(year=2023, value=None, obs_status="Q")],
    )
    assert counts(diff.metrics["synthetic_metric"]) == (0, 0, 0)
    assert diff.beyond == []
    assert diff.metrics["synthetic_metric"].movements == ()


def test_added_gone_and_changed_are_counted_at_the_same_key(tmp_path: Path) -> None:
    before = [figure(year=year) for year in range(2000, 2010)]
    after = [figure(year=year, value=10.0 if year == 2005 else 5.0) for year in range(2002, 2013)]
    metric = metric_of(tmp_path, before, after)
    assert counts(metric) == (3, 2, 1)
    assert (metric.rows_before, metric.rows_after) == (10, 11)
    assert (metric.gone_percent, metric.changed_percent) == (20.0, 10.0)


@pytest.mark.parametrize(
    "other",
    [
        {"measure": "n"},
        {"area": "BBB"},
        {"counterpart_area": "CCC"},
        {"item": "SH1"},
        {"year": 2023},
        {"base_year": 2010},
        {"source": "another"},
        {"basis": "mirrored"},
    ],
)
def test_a_figure_of_another_key_is_another_figure(tmp_path: Path, other: dict[str, Any]) -> None:
    assert counts(metric_of(tmp_path, [figure()], [figure(**other)])) == (1, 1, 0)


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ({}, {"value": 6.0}, "5 USD → 6 USD, a factor of 1.2"),
        ({}, {"value": 1_234_567.8}, "5 USD → 1.23457e+06 USD, a factor of 2.469e+05"),
        ({}, {"unit": "PT"}, "5 USD → 5 PT, a factor of 1"),
        ({}, {"obs_status": "P"}, "obs_status A → P, a factor of 1"),
        ({}, {"value": None, "obs_status": "Q"}, "5 USD → no value"),
        ({"value": None, "obs_status": "Q"}, {}, "no value → 5 USD"),
        ({"value": 0.0}, {}, "0 USD → 5 USD"),
        ({"unit": ""}, {"unit": "", "value": 6.0}, "5 → 6, a factor of 1.2"),
    ],
)
def test_a_movement_says_what_the_figure_was_and_is(
    tmp_path: Path, before: dict[str, Any], after: dict[str, Any], words: str
) -> None:
    (movement,) = metric_of(tmp_path, [figure(**before)], [figure(**after)]).movements
    assert movement.message() == f"m AAA/W00 SH 2024 (synthetic, reported): {words}"


OLDER, NEWER = figure(vintage="2024-07-01", value=1.0), figure(vintage="2025-07-01", value=2.0)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (
            [figure()],
            [figure(vintage="2025-12-17", is_latest=False, value=1.0), figure(vintage="2026-12-17")],
            (0, 0, 0),
        ),
        ([figure(value=0.1 + 0.2)], [figure(value=0.3)], (0, 0, 0)),
        ([figure(value=1.0)], [figure(value=1.00000001)], (0, 0, 1)),
        ([OLDER, NEWER], [OLDER, NEWER, figure(vintage="2026-07-01", value=3.0)], (1, 0, 0)),
    ],
    ids=["another vintage of the same value", "other last digits", "another value", "several latest vintages"],
)
def test_a_change_is_one_of_the_newest_figure_beyond_noise(
    tmp_path: Path, before: Figures, after: Figures, expected: tuple[int, int, int]
) -> None:
    assert counts(metric_of(tmp_path, before, after)) == expected


def test_movements_are_the_largest_of_each_pair_largest_first(tmp_path: Path) -> None:
    partners = [f"P{number:02}" for number in range(SHOWN + 5)]
    before = [figure(counterpart_area=partner, year=year, value=1.0) for partner in partners for year in (2023, 2024)]
    after = [
        figure(counterpart_area=partner, year=year, value=2.0 + number + (0.5 if year == 2023 else 0.0))
        for number, partner in enumerate(partners)
        for year in (2023, 2024)
    ]
    movements = metric_of(tmp_path, before, after).movements
    assert [movement.key["counterpart_area"] for movement in movements] == partners[::-1][:SHOWN]
    assert {movement.key["year"] for movement in movements} == {2023}
    assert movements[0].change_percent == pytest.approx(100 * movements[0].after["value"] - 100)


def test_a_metric_that_is_gone_has_lost_all_its_figures(tmp_path: Path) -> None:
    diff = diff_of(
        tmp_path,
        [figure(), figure(metric_id="lost_metric")],
        [figure()],
        tables=({"synthetic_metric": 1, "lost_metric": 1}, {"synthetic_metric": 1}),
    )
    assert diff.metrics["lost_metric"].gone_percent == 100
    assert diff.beyond == ["lost_metric: 1 of 1 figures are gone, 100.0 %; the limit is 2"]
    assert diff.tables["lost_metric"] == (1, None)


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        (Limits(gone_percent=10, changed_percent=20, largest_factor=3), ""),
        (Limits(gone_percent=9.9), "1 of 10 figures are gone, 10.0 %; the limit is 9.9"),
        (Limits(gone_percent=None, changed_percent=19.9), "2 of 10 figures changed, 20.0 %; the limit is 19.9"),
        (Limits(gone_percent=None, largest_factor=2.9), "a figure moved by a factor of 3; the limit is 2.9"),
    ],
)
def test_each_limit_is_held_alone(tmp_path: Path, limits: Limits, said: str) -> None:
    before = [figure(year=2000 + number, value=1.0) for number in range(10)]
    after = [figure(year=2000 + number, value=3.0 if number in (4, 5) else 1.0) for number in range(9)]
    assert beyond_of(tmp_path, before, after, limits) == ([f"synthetic_metric: {said}"] if said else [])


OLD, NEW = "2025-12-17", "2026-07-01"
GAINED = ({"world_bank": [OLD], "wto": [OLD]}, {"world_bank": [OLD, NEW], "wto": [OLD]})


def series(vintage: str, value: float = 1.0, count: int = 10, **more: Any) -> list[dict[str, Any]]:
    figures = [figure(year=2000 + number, value=value, vintage=vintage, **more) for number in range(count)]
    return [one | {"source": more.get("source", "world_bank")} for one in figures]


def judged_of(
    folder: Path,
    before: Figures,
    after: Figures,
    vintages: tuple[Mapping[str, list[str]], Mapping[str, list[str]]] = GAINED,
) -> list[str]:
    return diff_of(folder, before, after, vintages=vintages).beyond


def superseded(figures: Figures) -> list[dict[str, Any]]:
    return [{**one, "is_latest": False} for one in figures]


def test_a_new_vintage_may_move_and_drop_what_it_likes(tmp_path: Path) -> None:
    """Admission judged it, or a person there: the diff still says what moved, and no limit asks again."""
    after = [*superseded(series(OLD)), *series(NEW, 100.0, count=5)]
    diff = diff_of(tmp_path, series(OLD), after, vintages=GAINED)
    assert diff.beyond == []
    assert counts(diff.metrics["synthetic_metric"]) == (0, 5, 5)
    assert diff.as_json()["vintages"] == {"gained": {"world_bank": [NEW]}, "lost": {}}
    assert judged_of(tmp_path, series(OLD), after, ({}, {})) != []


BOTH: dict[str, Any] = {"source": "world_bank+wto"}
WTO = series(OLD, source="wto")
MOVED = [*series(OLD), *series(NEW, 100.0)]


@pytest.mark.parametrize(
    ("before", "after", "vintages", "is_judged"),
    [
        (series(OLD), series(NEW, 100.0), GAINED, False),
        (series(OLD), [*superseded(series(OLD, 100.0)), *series(NEW)], GAINED, True),
        (series(OLD), [*superseded(series(OLD, count=5)), *series(NEW)], GAINED, True),
        ([*WTO, *series(OLD)], [*WTO, *MOVED], GAINED, False),
        ([*WTO, *series(OLD)], [*series(OLD, 100.0, source="wto"), *MOVED], GAINED, True),
        ([*WTO, *series(OLD)], MOVED, GAINED, True),
        (series(OLD, **BOTH), series(OLD, 100.0, **BOTH), GAINED, False),
        (series(OLD, **BOTH), series(OLD, 100.0, **BOTH), (GAINED[0], GAINED[0]), True),
        ([*superseded(series(OLD)), *series(NEW, 100.0)], series(OLD), GAINED[::-1], False),
        (
            series(NEW),
            series(NEW, 100.0),
            ({"world_bank": [OLD, NEW]}, {"world_bank": [OLD, "2026-03-01", NEW]}),
            False,
        ),
    ],
    ids=[
        "a metric of the newest figures alone",
        "a known vintage that moves beside a new one",
        "a known vintage that loses figures beside a new one",
        "another source that stays",
        "another source that moves",
        "another source that is gone",
        "a figure of several sources, one of which has a new vintage",
        "a figure of several sources without a new vintage",
        "a vintage that a person withdrew",
        "what follows a vintage that came in between",
    ],
)
def test_limits_judge_the_vintages_that_both_releases_have(
    tmp_path: Path, before: Figures, after: Figures, vintages: Any, is_judged: bool
) -> None:
    assert bool(judged_of(tmp_path, before, after, vintages)) == is_judged


def test_a_mart_without_vintages_is_judged_while_its_sources_have_the_same(tmp_path: Path) -> None:
    for name, value in (("before", 1.0), ("after", 100.0)):
        with duckdb.connect(":memory:") as connection:
            write_figures(connection, "figures", series(OLD))
            for table in (ALL_VINTAGES, "mart"):
                path = parquet_path(tmp_path / name, table)
                path.parent.mkdir(parents=True, exist_ok=True)
                rows = "from figures" if table == ALL_VINTAGES else f"select 'a' as area, {value} as value"
                connection.execute(f"copy ({rows}) to '{path}' (format parquet)")

    def beyond(behind: Mapping[str, list[str]]) -> list[str]:
        sides = [
            Side(name, tmp_path / name, {}, {"mart": ["area"]}, held, behind)
            for name, held in zip(("before", "after"), GAINED, strict=True)
        ]
        return compare_releases(sides[0], sides[1], {}).beyond

    assert beyond({"mart": ["world_bank"]}) == []
    assert beyond({"mart": ["wto"]}) != []

    assert beyond({}) == [], "what it is made of is not known"


def test_a_mart_with_vintages_is_judged_by_those_of_both_releases(tmp_path: Path) -> None:
    def beyond(known: float, new: float) -> list[str]:
        for name, values in (("before", {OLD: 1.0}), ("after", {OLD: known, NEW: new})):
            with duckdb.connect(":memory:") as connection:
                write_figures(connection, "figures", series(OLD))
                listed = ", ".join(f"('{day}'::date, {value})" for day, value in values.items())
                rows = f"select 'world_bank' as source, vintage, 'a' as area, value from (values {listed}) as t(vintage, value)"
                for table, query in ((ALL_VINTAGES, "from figures"), ("mart", rows)):
                    path = parquet_path(tmp_path / name, table)
                    path.parent.mkdir(parents=True, exist_ok=True)
                    connection.execute(f"copy ({query}) to '{path}' (format parquet)")
        keys = {"mart": ["source", "vintage", "area"]}
        behind = {"mart": ["world_bank"]}
        one, other = (
            Side(name, tmp_path / name, {}, keys, held, behind)
            for name, held in zip(("before", "after"), GAINED, strict=True)
        )
        return compare_releases(one, other, {}).beyond

    assert beyond(1.0, 100.0) == []
    assert beyond(100.0, 1.0) == [
        "mart: 1 of 1 figures changed, 100.0 %; the limit is 25",
        "mart: a figure moved by a factor of 100; the limit is 10",
    ]


def test_a_release_of_before_a_column_of_the_key_is_compared_by_the_columns_of_both(tmp_path: Path) -> None:
    before = [figure(year=year, measure="kept") for year in range(2000, 2010)] + [figure(measure="filings_by_year")]
    after = [figure(year=year, measure="kept") for year in range(2000, 2010)]
    after += [figure(measure="filings", clock=clock) for clock in ("filing_year", "grant_year")]
    metric = metric_of(tmp_path, before, after, "alter table figures drop clock; alter table figures drop authority")
    assert counts(metric) == (2, 1, 0)
    assert (metric.columns_added, metric.columns_gone) == (("clock", "authority"), ())
    assert [(group["measure"], group["added"], group["gone"]) for group in metric.groups] == [
        ("filings", 2, 0),
        ("filings_by_year", 0, 1),
    ]


def test_of_rows_that_share_a_key_the_same_ones_are_left_out(tmp_path: Path) -> None:
    """Without the clock, the shared key names two figures; the one that is still there is not changed."""
    clocks = [figure(clock="filing_year", value=1.0), figure(clock="grant_year", value=2.0)]
    metric = metric_of(
        tmp_path, clocks, [*clocks[:1], figure(clock="grant_year", value=3.0)], "alter table figures drop clock"
    )
    assert counts(metric) == (0, 0, 1)


def rows(*values: str) -> str:
    return f"select * from (values {', '.join(values)}) as t(name, side, words, file)"


def compared(before: str, after: str, shape: Shape) -> TableDiff:
    with duckdb.connect(":memory:") as connection:
        return compare_tables(connection, before, after, shape)


def test_a_table_without_values_counts_every_column_that_is_not_ignored() -> None:
    before = rows("('a', 1, 'old', 'x')", "('b', 1, 'same', 'x')", "('c', 2, 'same', 'x')")
    after = rows("('a', 1, 'new', 'y')", "('b', 1, 'same', 'y')", "('d', 2, 'same', 'y')")
    found = compared(before, after, Shape(("name",), ignored=frozenset({"file"}), groups=("name",)))
    assert counts(found) == (1, 1, 1)
    assert found.columns == {"words": 1}
    assert [movement.message() for movement in found.movements] == ["name=a: words old → new"]
    assert {group["name"]: (group["added"], group["gone"], group["changed"]) for group in found.groups} == {
        "a": (0, 0, 1),
        "c": (0, 1, 0),
        "d": (1, 0, 0),
    }


def node_of(name: str, folder: str, kind: str = "model", limits: Any = None) -> dict[str, Any]:
    return {
        "name": name,
        "path": f"{folder}/{name}.sql",
        "resource_type": kind,
        "constraints": [{"type": "primary_key", "columns": ["area"]}],
        "config": {"contract": {"enforced": True}} | ({"meta": {"limits": limits}} if limits else {}),
    }


def test_marts_and_metrics_have_the_keys_and_limits_that_they_declare() -> None:
    nodes = [
        node_of("fct_flow", "marts", limits={"gone_percent": 7, "largest_factor": None}),
        node_of("ip_receipts", "metrics"),
        node_of("unique_flow", "marts", "test", {"gone_percent": 9}),
    ]
    manifest = {"nodes": {node["name"]: node for node in nodes}}
    assert declared_limits(manifest) == {"fct_flow": Limits(7.0, 25.0, None), "ip_receipts": Limits(2.0, 25.0, 10.0)}
    assert keys_of(manifest) == {"fct_flow": ["area"]}


@pytest.mark.parametrize(
    "limits",
    [
        *({"lost_percent": 3}, {"gone_percent": "3"}, {"gone_percent": -0.5}, {"gone_percent": True}),
        *({"gone_percent": float("nan")}, [3], 7),
    ],
)
def test_wrong_limits_are_refused(limits: Any) -> None:
    with pytest.raises(ReleaseError, match=r"wrong limits of fct_flow: .* each a number or null"):
        declared_limits({"nodes": {"fct_flow": node_of("fct_flow", "marts", limits=limits)}})
