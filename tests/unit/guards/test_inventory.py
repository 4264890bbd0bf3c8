"""The list of guards names every guard with its owner, and its lock shows what was removed, added and changed."""

import copy
from datetime import date
from typing import Any

import great_expectations.expectations as gxe
import pytest

from orchestration.guards.inventory import guards_changed, guards_of, lock_differences, lock_text, locked_guards
from orchestration.guards.suites import Suite
from orchestration.transform.project import Project

CONFIG = {"severity": "ERROR", "where": None}
BETWEEN = {"name": "value_between", "kwargs": {"column_name": "value", "model": "x", "smallest": 0}}
MANIFEST: dict[str, Any] = {
    "metadata": {"project_name": "book"},
    "nodes": {
        "model.book.fct_sales": {
            "resource_type": "model",
            "name": "fct_sales",
            "path": "marts/fct_sales.sql",
            "config": {
                "contract": {"enforced": True},
                "meta": {"inputs": [{"role": "sales", "from": "fct_till"}], "limits": {"changed_percent": 5}},
            },
            "columns": {
                "area": {"name": "area", "data_type": "varchar", "constraints": [{"type": "not_null"}]},
                "value": {"name": "value", "data_type": "double", "constraints": []},
            },
            "constraints": [{"type": "primary_key", "columns": ["area", "year"]}],
        },
        "seed.book.units": {"resource_type": "seed", "name": "units", "path": "units.csv"},
        "seed.book.reviewed_sales": {
            "resource_type": "seed",
            "name": "reviewed_sales",
            "path": "reviewed_sales.csv",
            "checksum": {"checksum": "aa"},
        },
        "test.book.one": {
            "resource_type": "test",
            "name": "one",
            "attached_node": "model.book.fct_sales",
            "column_name": "value",
            "test_metadata": BETWEEN,
            "config": CONFIG,
        },
        "test.book.sums": {
            "resource_type": "test",
            "name": "sums_fit",
            "raw_code": "-- a comment\nselect 1\n  where false",
            "depends_on": {"macros": ["macro.book.was_seen", "macro.dbt.statement"]},
            "config": CONFIG | {"where": "flags | 1 > 0"},
        },
    },
    "unit_tests": {
        "unit_test.book.fct_sales.adds": {
            "name": "adds",
            "model": "fct_sales",
            "given": [{"input": "ref('x')", "rows": [{"value": 1}]}],
            "expect": {"rows": [{"value": 2}]},
        }
    },
    "macros": {
        "macro.book.test_value_between": {
            "name": "test_value_between",
            "package_name": "book",
            "macro_sql": "select * from {{ model }}",
        },
        "macro.book.was_seen": {
            "name": "was_seen",
            "package_name": "book",
            "macro_sql": "exists (select 1)",
            "depends_on": {"macros": ["macro.book.tolerance"]},
        },
        "macro.book.tolerance": {"name": "tolerance", "package_name": "book", "macro_sql": "0.1"},
        "macro.dbt.test_unique": {"name": "test_unique", "package_name": "dbt", "macro_sql": ""},
    },
}
BOUND: dict[str, Any] = {"column": "value", "max_value": 5, "meta": {"fault": "a unit slip"}}


def suite(*, name: str = "book_receipts", **bound: Any) -> Suite:
    return Suite(name, (gxe.ExpectColumnValuesToBeBetween(**BOUND | bound),))


SUITE = suite()
GUARDS = guards_of(Project(MANIFEST), [SUITE])


def changed(*path: str, to: Any) -> dict[str, dict[str, str]]:
    manifest: dict[str, Any] = copy.deepcopy(MANIFEST)
    place = manifest
    for name in path[:-1]:
        place = place[name]
    place[path[-1]] = to
    return guards_of(Project(manifest), [SUITE])


def test_guards_are_the_same_whichever_engine_dbt_parsed_the_project_for() -> None:
    lines = []
    for engine in ("default", "spark"):
        manifest: dict[str, Any] = copy.deepcopy(MANIFEST)
        for name in ("default", "spark"):
            own = f"{name}__tolerance"
            manifest["macros"][f"macro.book.{own}"] = {"name": own, "package_name": "book", "macro_sql": name}
        manifest["macros"]["macro.book.was_seen"]["depends_on"]["macros"].append(f"macro.book.{engine}__tolerance")
        lines.append(guards_of(Project(manifest), [SUITE]))
    assert lines[0] == lines[1] != GUARDS


def test_every_guard_has_an_owner_and_a_name() -> None:
    assert {owner: list(names) for owner, names in GUARDS.items()} == {
        "expectations/book_receipts": ["be_between(value)", "reviewed part"],
        "explanation/fct_sales": ["how it is recomputed"],
        "limits/fct_sales": ["how far it may move"],
        "reviewed_rows/reviewed_sales": ["rows"],
        "seeds/reviewed_sales": ["built"],
        "tests/generic": ["value_between"],
        "tests/macros": ["tolerance", "was_seen"],
        "marts/fct_sales": [
            "built",
            "contract",
            "not_null area",
            "primary_key area+year",
            "unit test adds",
            "value_between value",
        ],
        "seeds/units": ["built"],
        "tests/sums_fit": ["built"],
    }


@pytest.mark.parametrize(
    ("path", "to", "name"),
    [
        (("nodes", "test.book.one", "test_metadata", "kwargs", "smallest"), 1, "marts/fct_sales: value_between value"),
        (("nodes", "test.book.one", "config"), {"severity": "WARN"}, "marts/fct_sales: value_between value"),
        (("nodes", "test.book.sums", "raw_code"), "select 2 where false", "tests/sums_fit: built"),
        (("nodes", "model.book.fct_sales", "columns", "value", "data_type"), "integer", "marts/fct_sales: contract"),
        (("unit_tests", "unit_test.book.fct_sales.adds", "expect"), {"rows": []}, "marts/fct_sales: unit test adds"),
        (("macros", "macro.book.test_value_between", "macro_sql"), "select 1", "tests/generic: value_between"),
        (("macros", "macro.book.was_seen", "macro_sql"), "true", "tests/macros: was_seen"),
        (("macros", "macro.book.tolerance", "macro_sql"), "1.0", "tests/macros: tolerance"),
        (
            ("nodes", "model.book.fct_sales", "config", "meta", "inputs"),
            [{"role": "x"}],
            "explanation/fct_sales: how it is recomputed",
        ),
        (
            ("nodes", "model.book.fct_sales", "config", "meta", "limits"),
            {"changed_percent": 50},
            "limits/fct_sales: how far it may move",
        ),
        (("nodes", "seed.book.reviewed_sales", "checksum"), {"checksum": "bb"}, "reviewed_rows/reviewed_sales: rows"),
    ],
)
def test_a_guard_that_requires_something_else_is_changed(path: tuple[str, ...], to: Any, name: str) -> None:
    after = changed(*path, to=to)
    assert {kind: [*names] for kind, names in guards_changed(GUARDS, after).items()} == {
        "removed": [],
        "changed": [name],
        "added": [],
    }
    (difference,) = lock_differences(locked_guards(lock_text(GUARDS, "x")), after)
    assert difference.startswith(f"changed  {name}: ")
    assert " -> " in difference


def test_words_of_an_expectation_change_nothing_and_what_it_requires_does() -> None:
    assert guards_of(Project(MANIFEST), [suite(meta={"fault": "figures in thousands"})]) == GUARDS
    every = {"fault": "a unit slip", "every_vintage": True}
    for changed in (suite(max_value=6), suite(meta=every)):
        after = guards_of(Project(MANIFEST), [changed])
        assert [*guards_changed(GUARDS, after)["changed"]] == ["expectations/book_receipts: be_between(value)"]


def test_a_lock_reads_back_and_shows_old_and_new_by_name() -> None:
    lock = lock_text(GUARDS, "a first\nlist")
    assert lock.splitlines()[1] == "# renewed because a first list"
    assert locked_guards(lock) == GUARDS
    manifest = copy.deepcopy(MANIFEST)
    del manifest["nodes"]["test.book.one"]
    after = guards_of(Project(manifest), [suite(max_value=6)])
    removed, changed_line = lock_differences(locked_guards(lock), after)
    assert removed.startswith('removed  marts/fct_sales: value_between value: [{"column_name"')
    assert changed_line.startswith("changed  expectations/book_receipts: be_between(value): ")
    assert '"max_value": 5.0' in changed_line.partition(" -> ")[0]
    assert '"max_value": 6.0' in changed_line.partition(" -> ")[2]
    assert [*guards_changed(after, GUARDS)["added"]] == ["marts/fct_sales: value_between value"]


def test_what_was_reviewed_is_part_of_a_suite() -> None:
    reviewed = frozenset({("till", date(2026, 7, 1), "AAA", "W00")})
    after = guards_of(Project(MANIFEST), [Suite("book_receipts", SUITE.expectations, reviewed)])
    assert [*guards_changed(GUARDS, after)["changed"]] == ["expectations/book_receipts: reviewed part"]
