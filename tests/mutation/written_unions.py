"""Unit tests of the models that a macro writes branch by branch: made-up rows in every branch, whatever files there are.

dbt's own unit tests would name every branch, and a new source would have to be added to each of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any

from sqlglot import exp

from orchestration.core.sql_quoting import name as quoted
from orchestration.core.sql_quoting import text
from tests.mutation.sql_project import CompiledProject, UnitTest

Rows = list[dict[str, Any]]
Tables = dict[str, Rows]

CORRECTIONS = "stg_catalogue__corrections"
BASES: Mapping[str, Mapping[str, str]] = {
    # a country's code in each base that a system of areas may take over; the island has an ISO 3166 alpha-3 code alone
    "iso2": {"AUS": "AU", "USA": "US"},
    "iso3": {"AUS": "AUS", "USA": "USA", "ISL": "ISL"},
    "m49": {"AUS": "036", "USA": "840"},
    "m49_number": {"AUS": "36", "USA": "840"},
    "none": {},
}


def written_unions(project: CompiledProject) -> dict[str, Callable[[], UnitTest]]:
    """By model, how its unit tests are made. A model that unions the models of one ending or beginning is found by itself."""
    found: dict[str, Callable[[], UnitTest]] = {}
    for model in project.models:
        columns = _columns(project, model) if model.endswith("_unioned") else []
        if "correction_id" in columns and CORRECTIONS in project.reads(model):
            found[model] = partial(_corrected, project, model)
        elif columns:
            found[model] = partial(_side_by_side, project, model, project.reads(model))
    return found | {
        "dim_area": partial(_side_by_side, project, "dim_area", _of(project, "areas__")),
        "dim_service_item": partial(_items, project),
        "dim_unit": partial(_units, project),
        "dim_policy_event": partial(_events, project),
        "dim_area_code": partial(_area_codes, project),
        "int_metrics_checked": partial(_metrics_checked, project),
        "int_metrics_described": partial(_metrics_described, project),
        "int_corrections_found": partial(_corrections_found, project),
    }


def _corrected(project: CompiledProject, model: str) -> UnitTest:
    """Every branch has one row in three vintages, and a correction of its own that holds in the second alone."""
    columns = [one for one in _columns(project, model) if one not in ("published_value", "correction_id")]
    keys = sorted(set(columns[: columns.index("value")]) - {"source", "vintage"})
    branches = sorted(project.reads(model) - {CORRECTIONS})
    tables: Tables = {name: [] for name in branches}
    corrections: Rows = []
    expected: Rows = []
    for number, branch in enumerate(branches, start=1):
        for year in (2023, 2024, 2025):
            row = {
                column: date(year, 7, 1)
                if column == "vintage"
                else float(number)
                if column == "value"
                else f"the {column}"
                for column in columns
            }
            tables[branch].append(row)
            corrected = {
                "value": -float(number),
                "published_value": float(number),
                "correction_id": f"slip of {branch}",
            }
            same = {"published_value": None, "correction_id": None}
            expected.append({**row, **(corrected if year == 2024 else same)})
        corrections.append(
            {
                "correction_id": f"slip of {branch}",
                "table_name": branch,
                "row_key": "|".join(f"{key}=the {key}" for key in keys),
                "value": -float(number),
                "first_vintage": date(2024, 1, 1),
                "last_vintage": date(2024, 12, 31),
            }
        )
        corrections.append({**corrections[-1], "correction_id": "another row", "row_key": "another"})
    corrections.append({**corrections[0], "correction_id": "another table", "table_name": "another"})
    return _test(model, {**tables, CORRECTIONS: corrections}, expected)


def _side_by_side(project: CompiledProject, model: str, branches: Iterable[str]) -> UnitTest:
    columns = _columns(project, model)
    tables: Tables = {name: [{one: f"{one} of {name}" for one in columns}] for name in sorted(branches)}
    return _test(model, tables, [row for rows in tables.values() for row in rows])


def _items(project: CompiledProject) -> UnitTest:
    model, branches = "dim_service_item", _of(project, "items__")
    columns = _columns(project, model)
    tables: Tables = {
        name: [{one: str(number) if one == "level" else f"{one} of {name}" for one in columns}]
        for number, name in enumerate(branches)
    }
    return _test(model, tables, [{**row, "level": int(row["level"])} for rows in tables.values() for row in rows])


def _units(project: CompiledProject) -> UnitTest:
    """A unit without a phrase, a sign or words of its column has empty ones."""
    model, optional = "dim_unit", ("phrase", "sign", "column_words")
    columns = _columns(project, model)
    tables: Tables = {}
    for name in _of(project, "units__"):
        whole = {one: f"{one} of {name}" for one in columns}
        tables[name] = [whole, {**whole, "unit": f"bare {name}", **dict.fromkeys(optional)}]
    expected = [
        {key: "" if key in optional and value is None else value for key, value in row.items()}
        for rows in tables.values()
        for row in rows
    ]
    return _test(model, tables, expected)


def _events(project: CompiledProject) -> UnitTest:
    """A build as of a day knows the events up to that day."""
    model, as_of = "dim_policy_event", date(2024, 6, 30)
    columns = _columns(project, model)
    days = (date(2024, 6, 29), as_of, date(2024, 7, 1))
    tables: Tables = {
        name: [{one: day if one == "date" else f"{one} of {name}" for one in columns} for day in days]
        for name in _of(project, "policy_events__")
    }
    expected = [row for rows in tables.values() for row in rows if row["date"] <= as_of]
    return _test(model, {**tables, "stg_catalogue__as_of": [{"as_of": as_of}, {"as_of": date(2024, 1, 1)}]}, expected)


def _area_codes(project: CompiledProject) -> UnitTest:
    """Every system takes over the codes of its base but for China, which it codes in its own way, twice, and adds the world."""
    model = "dim_area_code"
    tables: Tables = {
        "dim_area": [
            _area("USA", "country", "US", "840"),
            _area("CHN", "country", "CN", "156"),
            _area("AUS", "country", "AU", "036"),
            _area("ISL", "country", None, None),
            _area("W00", "world", "WW", "001"),
            _area("R1", "region", None, None),
        ]
    }
    expected: Rows = []
    for number, seed in enumerate(_of(project, "area_systems__")):
        base = list(BASES)[number % len(BASES)]
        # a system that codes a country in its own way does so for itself alone
        own, kept = ("CHN", "") if number % 2 else ("USA", "CHN")
        rows = [
            {"code": f"{own}1", "area": own, "kind": "country", "in_place_of_base": True, "valid_to": 1999},
            {"code": f"{own}2", "area": own, "kind": "country", "in_place_of_base": True, "valid_from": 2000},
            {"code": "AU old", "area": "AUS", "kind": "country", "in_place_of_base": False, "valid_to": 1990},
            {"code": "WLD", "area": "W00", "kind": "world", "in_place_of_base": False},
        ]
        tables[seed] = [
            {"system": seed, "base": base, "name": f"a name of {seed}", "valid_from": None, "valid_to": None} | row
            for row in rows
        ]
        shown = ("system", "code", "area", "kind", "valid_from", "valid_to", "name")
        expected += [{one: row[one] for one in shown} | {"code_list": seed} for row in tables[seed]]
        codes = {
            **BASES[base],
            **({kept: {"iso2": "CN", "iso3": "CHN"}.get(base, "156")} if kept and BASES[base] else {}),
        }
        expected += [
            {
                "system": seed,
                "code_list": seed,
                "code": code,
                "area": area,
                "kind": "country",
                "name": f"name of {area}",
            }
            for area, code in codes.items()
            if area != own
        ]
    for seed in _of(project, "area_codes__"):
        has_lists = "code_list" in project.models[seed]["config"]["column_types"]
        stated: Rows = [
            {"code": "1", "area": "USA", "note": "a country"},
            {"code": "2", "area": "R1", "note": "a region"},
            {"code": "3", "area": None, "note": "no area"},
        ]
        tables[seed] = [{"source": seed, "code_list": f"list of {seed}"} | row for row in stated]
        expected += [
            {
                "system": seed,
                "code_list": f"list of {seed}" if has_lists else seed,
                "code": row["code"],
                "area": row["area"],
                "kind": {"1": "country", "2": "region", "3": "excluded"}[row["code"]],
                "name": row["note"],
            }
            for row in stated
        ]
    empty = {"valid_from": None, "valid_to": None}
    return _test(model, tables, [empty | row for row in expected])


def _area(area: str, kind: str, iso2: str | None, m49: str | None) -> dict[str, Any]:
    return {"area": area, "name": f"name of {area}", "kind": kind, "iso2": iso2, "m49": m49}


def _metrics_checked(project: CompiledProject) -> UnitTest:
    model = "int_metrics_checked"
    columns = [one for one in _columns(project, model) if one != "model"]
    metrics = [name for name, node in project.models.items() if node["path"].startswith("metrics/")]
    tables: Tables = {name: [{one: f"{one} of {name}" for one in columns}] for name in metrics}
    return _test(model, tables, [{"model": name, **tables[name][0]} for name in metrics])


def _metrics_described(project: CompiledProject) -> UnitTest:
    expected: Rows = []
    for name, node in project.models.items():
        if node["path"].startswith("metrics/"):
            sources = node["config"]["meta"]["sources"]
            expected.append(
                {"metric_id": name, "sources": sources if isinstance(sources, str) else " or ".join(sources)}
            )
    return _test("int_metrics_described", {}, expected)


def _corrections_found(project: CompiledProject) -> UnitTest:
    """Of two rows in every branch the corrected one."""
    model = "int_corrections_found"
    columns = _columns(project, model)
    tables: Tables = {}
    for name in sorted(project.reads(model)):
        corrected = {one: f"{one} of {name}" for one in columns}
        tables[name] = [corrected, {**corrected, "correction_id": None}]
    return _test(model, tables, [rows[0] for rows in tables.values()])


def _of(project: CompiledProject, prefix: str) -> list[str]:
    return sorted(name for name in project.models if name.startswith(prefix))


def _columns(project: CompiledProject, model: str) -> list[str]:
    tree = project.tree(model)
    assert isinstance(tree, exp.Query)
    return list(tree.named_selects)


def _test(model: str, tables: Mapping[str, Rows], expected: Rows) -> UnitTest:
    columns = tuple(expected[0])
    fixtures = {name: _values(rows, tuple(rows[0])) for name, rows in tables.items()}
    return UnitTest(f"every_branch_of_{model}", fixtures, columns, _values(expected, columns))


def _values(rows: Rows, columns: Sequence[str]) -> str:
    return " union all ".join(
        f"select {', '.join(f'{_literal(row[one])} as {quoted(one)}' for one in columns)}" for row in rows
    )


def _literal(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, date):
        return f"date {text(value.isoformat())}"
    if isinstance(value, float):
        return f"{value!r}::double"
    return text(value) if isinstance(value, str) else str(value).lower()
