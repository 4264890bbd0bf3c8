"""Two releases compared figure by figure: added, gone, changed, by how much. All figures are synthetic."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.contracts.metric import ALL_VINTAGES
from orchestration.core.errors import ReleaseError
from orchestration.reading.release import Release
from orchestration.reading.release_store import parquet_path
from orchestration.releases.permitted_changes import Limits, TableDiff, declared_limits
from orchestration.releases.release_diff import ReleaseDiff, compare_releases
from orchestration.transform.project import Project
from tests.unit.synthetic_project import figure, write_figures

pytestmark = pytest.mark.slow

Figures = Iterable[Mapping[str, Any]]
Vintages = Mapping[str, list[str]]
OLD, NEW = "2025-12-17", "2026-07-01"
GAINED: tuple[Vintages, Vintages] = ({"world_bank": [OLD], "wto": [OLD]}, {"world_bank": [OLD, NEW], "wto": [OLD]})
UNKNOWN: tuple[Vintages, Vintages] = ({}, {})


def release_of(folder: Path, figures: Figures, vintages: Vintages, mart: str = "", changes: str = "") -> Release:
    """Write a release of metrics, and of a mart by the query ``mart``; ``changes`` is SQL on the table ``figures``."""
    path = parquet_path(folder, ALL_VINTAGES)
    path.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(":memory:") as connection:
        write_figures(connection, "figures", figures)
        connection.execute(changes)
        connection.table("figures").write_parquet(str(path))
        if mart:
            connection.execute(f"copy ({mart}) to '{parquet_path(folder, 'mart')}' (format parquet)")
    metrics = {row["metric_id"]: sum(row["metric_id"] == figure["metric_id"] for figure in figures) for row in figures}
    content = {
        "id": folder.name,
        "metrics": metrics,
        "tables": metrics,
        "keys": {"mart": ["source", "vintage", "area"]} if mart else {},
        "sources": {source: {"vintages": days} for source, days in vintages.items()},
    }
    return Release(folder, content)


def diff_of(
    folder: Path,
    before: Figures,
    after: Figures,
    limits: Limits | None = None,
    vintages: tuple[Vintages, Vintages] = UNKNOWN,
    changes: str = "",
) -> ReleaseDiff:
    releases = (
        release_of(folder / "before", before, vintages[0], changes=changes),
        release_of(folder / "after", after, vintages[1]),
    )
    return compare_releases(*releases, {"synthetic_metric": limits or Limits()})


def metric_of(folder: Path, before: Figures, after: Figures, changes: str = "") -> TableDiff:
    diff: TableDiff = diff_of(folder, before, after, changes=changes).content["metrics"]["synthetic_metric"]
    return diff


def counts(metric: TableDiff) -> tuple[int, int, int]:
    return metric["added"], metric["gone"], metric["changed"]


YEARS = [figure(year=year) for year in range(2000, 2010)]
OLDER, NEWER = figure(vintage="2024-07-01", value=1.0), figure(vintage="2025-07-01", value=2.0)
SUPPRESSED = figure(year=2023, value=None, obs_status="Q")


EARLIER = figure(vintage=OLD, is_latest=False, value=1.0)
CHANGES: dict[str, tuple[Figures, Figures, tuple[int, int, int]]] = {
    "equal": ([figure(), SUPPRESSED], [figure(), SUPPRESSED], (0, 0, 0)),
    "years": (YEARS, [figure(year=year, value=10.0 if year == 2005 else 5.0) for year in range(2002, 2013)], (3, 2, 1)),
    "another vintage of the same value": ([figure()], [EARLIER, figure(vintage="2026-12-17")], (0, 0, 0)),
    "other last digits": ([figure(value=0.1 + 0.2)], [figure(value=0.3)], (0, 0, 0)),
    "another value": ([figure(value=1.0)], [figure(value=1.00000001)], (0, 0, 1)),
    "several vintages": ([OLDER, NEWER], [OLDER, NEWER, figure(vintage="2026-07-01", value=3.0)], (1, 0, 0)),
}


@pytest.mark.parametrize("name", CHANGES)
def test_figures_added_gone_and_changed_are_counted(tmp_path: Path, name: str) -> None:
    before, after, expected = CHANGES[name]
    assert counts(metric_of(tmp_path, before, after)) == expected


@pytest.mark.parametrize(
    "key",
    [
        *({"measure": "n"}, {"area": "BBB"}, {"counterpart_area": "CCC"}, {"item": "SH1"}),
        *({"year": 2023}, {"base_year": 2010}, {"source": "another"}, {"basis": "mirrored"}),
    ],
)
def test_a_figure_of_another_key_is_another_figure(tmp_path: Path, key: dict[str, Any]) -> None:
    assert counts(metric_of(tmp_path, [figure()], [figure(**key)])) == (1, 1, 0)


def test_a_metric_that_is_gone_has_lost_all_its_figures(tmp_path: Path) -> None:
    diff = diff_of(tmp_path, [figure(), figure(metric_id="lost_metric")], [figure()])
    assert diff.content["beyond"] == ["lost_metric: 1 of 1 figures are gone, 100.0 %; the limit is 2"]
    assert diff.content["tables"]["lost_metric"] == {"rows_before": 1, "rows_after": None}


@pytest.mark.parametrize(
    ("limits", "sentence"),
    [
        (Limits(gone_percent=10, changed_percent=20, largest_factor=3), ""),
        (Limits(gone_percent=9.9), "1 of 10 figures are gone, 10.0 %; the limit is 9.9"),
        (Limits(gone_percent=None, changed_percent=19.9), "2 of 10 figures changed, 20.0 %; the limit is 19.9"),
        (Limits(gone_percent=None, largest_factor=2.9), "a figure moved by a factor of 3; the limit is 2.9"),
    ],
)
def test_each_limit_is_judged_alone(tmp_path: Path, limits: Limits, sentence: str) -> None:
    before = [figure(year=2000 + number, value=1.0) for number in range(10)]
    after = [figure(year=2000 + number, value=3.0 if number in (4, 5) else 1.0) for number in range(9)]
    assert diff_of(tmp_path, before, after, limits).content["beyond"] == (
        [f"synthetic_metric: {sentence}"] if sentence else []
    )


def series(vintage: str, value: float = 1.0, count: int = 10, source: str = "world_bank") -> list[dict[str, Any]]:
    return [figure(year=2000 + number, value=value, vintage=vintage, source=source) for number in range(count)]


def superseded(figures: Figures) -> list[dict[str, Any]]:
    return [{**row, "is_latest": False} for row in figures]


def test_a_new_vintage_is_listed_within_all_limits(tmp_path: Path) -> None:
    after = [*superseded(series(OLD)), *series(NEW, 100.0, count=5)]
    diff = diff_of(tmp_path, series(OLD), after, vintages=GAINED)
    assert diff.content["beyond"] == []
    assert counts(diff.content["metrics"]["synthetic_metric"]) == (0, 5, 5)
    assert diff.content["vintages"] == {"gained": {"world_bank": [NEW]}, "lost": {}}


BOTH = "world_bank+wto"
WTO = series(OLD, source="wto")
MOVED = [*series(OLD), *series(NEW, 100.0)]


BETWEEN: tuple[Vintages, Vintages] = ({"world_bank": [OLD, NEW]}, {"world_bank": [OLD, "2026-03-01", NEW]})
BEFORE_NEXT: tuple[Vintages, Vintages] = ({"world_bank": [OLD, NEW]}, {"world_bank": ["2025-09-01", OLD, NEW]})
ONE_SOURCE: Vintages = {"world_bank": [OLD]}
SEVERAL, SEVERAL_MOVED = series(OLD, source=BOTH), series(OLD, 100.0, source=BOTH)
JUDGED: dict[str, tuple[Figures, Figures, tuple[Vintages, Vintages], bool]] = {
    "a metric of the newest figures alone": (series(OLD), series(NEW, 100.0), GAINED, False),
    "a known vintage that moves": (series(OLD), [*superseded(series(OLD, 100.0)), *series(NEW)], GAINED, True),
    "a known vintage that loses figures": (
        series(OLD),
        [*superseded(series(OLD, count=5)), *series(NEW)],
        GAINED,
        True,
    ),
    "another source that stays": ([*WTO, *series(OLD)], [*WTO, *MOVED], GAINED, False),
    "another source that moves": ([*WTO, *series(OLD)], [*series(OLD, 100.0, source="wto"), *MOVED], GAINED, True),
    "another source that is gone": ([*WTO, *series(OLD)], MOVED, GAINED, True),
    "one of several sources has a new vintage": (SEVERAL, SEVERAL_MOVED, GAINED, False),
    "none of several sources has a new vintage": (SEVERAL, SEVERAL_MOVED, (GAINED[0], GAINED[0]), True),
    "a vintage was withdrawn": ([*superseded(series(OLD)), *series(NEW, 100.0)], series(OLD), GAINED[::-1], False),
    "a vintage came in between": (series(NEW), series(NEW, 100.0), BETWEEN, False),
    "a vintage came before the next but one": (series(NEW), series(NEW, 100.0), BEFORE_NEXT, True),
    "a source that is gone": ([*WTO, *series(OLD)], series(OLD), (GAINED[0], ONE_SOURCE), False),
    "a release that states no vintages": (series(OLD), series(OLD, 100.0), (UNKNOWN[0], ONE_SOURCE), True),
}


@pytest.mark.parametrize("name", JUDGED)
def test_limits_judge_the_vintages_that_both_releases_have(tmp_path: Path, name: str) -> None:
    before, after, vintages, is_judged = JUDGED[name]
    assert bool(diff_of(tmp_path, before, after, vintages=vintages).content["beyond"]) == is_judged


DATED = "select 'world_bank' as source, vintage, 'a' as area, value from (values {rows}) as t(vintage, value)"


@pytest.mark.parametrize(
    ("before", "after", "behind", "is_judged"),
    [
        ("select 'a' as area, 1.0 as value", "select 'a' as area, 100.0 as value", {"mart": ["world_bank"]}, False),
        ("select 'a' as area, 1.0 as value", "select 'a' as area, 100.0 as value", {"mart": ["wto"]}, True),
        ("select 'a' as area, 1.0 as value", "select 'a' as area, 100.0 as value", {}, False),
        (f"('{OLD}', 1.0)", f"('{OLD}', 1.0), ('{NEW}', 100.0)", {}, False),
        (f"('{OLD}', 1.0)", f"('{OLD}', 100.0), ('{NEW}', 1.0)", {}, True),
    ],
    ids=["its source moved", "its source has the same vintages", "unknown sources", "a new vintage", "a known vintage"],
)
def test_marts_are_judged(
    tmp_path: Path, before: str, after: str, behind: Mapping[str, list[str]], is_judged: bool
) -> None:
    earlier, later = (
        release_of(tmp_path / name, series(OLD), known, mart if mart.startswith("select") else DATED.format(rows=mart))
        for name, mart, known in zip(("before", "after"), (before, after), GAINED, strict=True)
    )
    assert bool(compare_releases(earlier, later, {}, behind).content["beyond"]) == is_judged


@pytest.mark.parametrize(
    ("after", "beyond"),
    [
        (f"('receipts', '{NEW}', 9.0), ('payments', '{NEW}', 9.0), ('population', '{OLD}', 1.0)", 0),
        (f"('receipts', '{NEW}', 9.0), ('population', '{OLD}', 1.0)", 1),
        (f"('receipts', '{NEW}', 9.0), ('payments', '{NEW}', 9.0), ('population', '{OLD}', 9.0)", 1),
        (f"('receipts', '{NEW}', 9.0), ('payments', '{NEW}', 9.0), ('receipts', '{OLD}', 1.0)", 1),
    ],
    ids=["one is held back", "one is gone", "a held one moved", "all vintages, of which figures are gone"],
)
def test_held_resources_do_not_count_as_gone(tmp_path: Path, after: str, beyond: int) -> None:
    before = ", ".join(f"('{name}', '{OLD}', 1.0)" for name in ("receipts", "payments", "population"))
    earlier, later = (
        release_of(
            tmp_path / side,
            series(OLD),
            known,
            f"select 'world_bank' as source, area, vintage, value from (values {rows}) as t(area, vintage, value)",
        )
        for side, rows, known in zip(("before", "after"), (before, after), GAINED, strict=True)
    )
    assert len(compare_releases(earlier, later, {"mart": Limits(changed_percent=2.0)}).content["beyond"]) == beyond


@pytest.mark.parametrize(
    ("change", "is_judged"),
    [({"value": 1.00000001}, True), ({"is_latest": False}, True), ({"value": 1.0 + 1e-12}, False)],
)
def test_unexplained_changes_need_a_declaration(tmp_path: Path, change: dict[str, Any], is_judged: bool) -> None:
    earlier = release_of(tmp_path / "before", [figure(value=1.0)], GAINED[0])
    later = release_of(tmp_path / "after", [figure(value=1.0) | change], GAINED[0])
    beyond = compare_releases(earlier, later, {}, {"synthetic_metric": ["world_bank"]}).content["beyond"]
    assert beyond == ["synthetic_metric: 1 row changed without a declaration"] * is_judged


@pytest.mark.parametrize("name", ["dim_area", "fct_area"])
def test_names_may_change_without_a_declaration(tmp_path: Path, name: str) -> None:
    names = "select area, '{}' as name from figures"
    before, after = (release_of(tmp_path / side, [figure()], GAINED[0], names.format(side)) for side in "ab")
    for side in (before, after):
        parquet_path(side.folder, "mart").rename(parquet_path(side.folder, name))
    before, after = (
        replace(side, content={**side.content, "keys": {name: ["area"]}, "tables": {name: 1}})
        for side in (before, after)
    )
    diff = compare_releases(before, after, {name: Limits(changed_percent=None)}, {name: ["world_bank"]})
    assert bool(diff.content["beyond"]) == (name == "fct_area")


@pytest.mark.parametrize("vintage", [OLD, NEW])
def test_a_correction_that_came_since_is_another_input(tmp_path: Path, vintage: str) -> None:
    before = release_of(tmp_path / "before", [figure(value=1.0)], UNKNOWN[0])
    after = release_of(tmp_path / "after", [figure(value=1.1)], UNKNOWN[0])
    for release, day in ((before, OLD), (after, vintage)):
        path = parquet_path(release.folder, "fct_correction")
        duckdb.sql(f"copy (select 'one' as correction_id, '{day}' as vintage) to '{path}' (format parquet)")
    limits, behind = Limits(changed_percent=None), {"synthetic_metric": ["catalogue.corrections"]}
    diff = compare_releases(before, after, {"synthetic_metric": limits}, behind)
    assert bool(diff.content["beyond"]) == (vintage == OLD), "without another input every change needs a declaration"


def test_rows_of_new_metrics_need_no_declaration(tmp_path: Path) -> None:
    known, new = (figure(metric_id=name) for name in ("synthetic_metric", "new_metric"))
    mart = "select metric_id, year from figures"
    before = release_of(tmp_path / "before", [known], GAINED[0], mart)
    before = Release(before.folder, {**before.content, "tables": {"mart": 1}})
    for name, later, beyond in (
        ("added", [known, new, {**new, "year": 2025}], []),
        ("known", [known, new, {**known, "year": 2025}], ["mart: 1 row added without a declaration"]),
    ):
        after = release_of(tmp_path / name, later, GAINED[0], mart)
        assert compare_releases(before, after, {}, {"mart": ["world_bank"]}).content["beyond"] == beyond


def test_a_changed_order_of_sources_is_stated(tmp_path: Path) -> None:
    before, after = (release_of(tmp_path / side, [figure()], {}) for side in ("before", "after"))
    answer = {"question": "How much?", "sources": ["bea", ["wto", "oecd"]], "additive": False}
    moved = {**answer, "sources": [["wto", "oecd"], "bea"], "additive": True}
    old = {**before.content, "answers": {"synthetic_metric": answer, "kept": answer, "gone": answer}}
    new = {**after.content, "answers": {"synthetic_metric": moved, "kept": answer, "new": moved}}
    diff = compare_releases(Release(before.folder, old), Release(after.folder, new), {})
    assert diff.content["answers"] == {
        "synthetic_metric": ["sources bea, wto or oecd → wto or oecd, bea", "additive false → true"]
    }


def test_a_flag_of_a_figure_that_changed_is_a_change(tmp_path: Path) -> None:
    figures = "select source, vintage, area, value, {} as is_primary, {} as title from figures"
    before, after = (
        release_of(tmp_path / name, [figure()], GAINED[0], figures.format(flag, title))
        for name, flag, title in (("before", "true", "'a'"), ("after", "false", "'b'"))
    )
    (movement,) = compare_releases(before, after, {}).content["marts"]["mart"]["largest_movements"]
    assert movement["words"].endswith("is_primary True → False, a factor of 1"), (
        "the title of a publication is no figure"
    )


def node_of(name: str, folder: str, kind: str = "model", limits: Any = None) -> dict[str, Any]:
    return {
        "name": name,
        "path": f"{folder}/{name}.sql",
        "resource_type": kind,
        "config": {"meta": {"limits": limits}} if limits else {},
    }


def test_marts_and_metrics_have_the_limits_that_they_declare() -> None:
    nodes = [
        node_of("fct_flow", "marts", limits={"gone_percent": 7, "largest_factor": None}),
        node_of("ip_receipts", "metrics"),
        node_of("unique_flow", "marts", "test", {"gone_percent": 9}),
    ]
    manifest = {"nodes": {node["name"]: node for node in nodes}}
    assert declared_limits(Project(manifest)) == {
        "fct_flow": Limits(gone_percent=7.0, largest_factor=None),
        "ip_receipts": Limits(),
    }


@pytest.mark.parametrize(
    "limits",
    [
        *({"lost_percent": 3}, {"gone_percent": "3"}, {"gone_percent": -0.5}, {"gone_percent": True}),
        *({"gone_percent": float("nan")}, [3], 7),
    ],
)
def test_wrong_limits_are_refused(limits: Any) -> None:
    with pytest.raises(ReleaseError, match=r"wrong limits of fct_flow: .* each a number or null"):
        declared_limits(Project({"nodes": {"fct_flow": node_of("fct_flow", "marts", limits=limits)}}))
