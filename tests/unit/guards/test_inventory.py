"""The list of guards names every guard with its owner, and its lock shows what was removed, added and changed."""

from __future__ import annotations

import copy
from datetime import date
from typing import Any

import pytest

from orchestration.guards.inventory import guards_changed, guards_of, lock_differences, lock_text
from orchestration.guards.reviewed_part import Reviewed
from orchestration.guards.suites import Suite
from orchestration.releases.guard_lock import gate_conditions

CONFIG = {"severity": "ERROR", "where": None}
BETWEEN = {"name": "value_between", "kwargs": {"column_name": "value", "model": "x", "smallest": 0}}
MANIFEST: dict[str, Any] = {
    "metadata": {"project_name": "book"},
    "nodes": {
        "model.book.fct_sales": {
            "resource_type": "model",
            "name": "fct_sales",
            "path": "marts/fct_sales.sql",
            "contract": {"enforced": True},
            "config": {"meta": {"inputs": [{"role": "sales", "from": "fct_till"}], "limits": {"changed_percent": 5}}},
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
            "config": CONFIG,
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
EXPECTATION = {
    "type": "expect_column_values_to_be_between",
    "kwargs": {"column": "value", "max_value": 5},
    "meta": {"fault": "a unit slip"},
}
SUITE = Suite("book_receipts", "0" * 64, [EXPECTATION])
GUARDS = guards_of(MANIFEST, [SUITE])


def changed(*path: str, to: Any) -> dict[str, dict[str, str]]:
    manifest: dict[str, Any] = copy.deepcopy(MANIFEST)
    place = manifest
    for name in path[:-1]:
        place = place[name]
    place[path[-1]] = to
    return guards_of(manifest, [SUITE])


def test_guards_are_the_same_whichever_engine_dbt_parsed_the_project_for() -> None:
    found = []
    for engine in ("default", "spark"):
        manifest: dict[str, Any] = copy.deepcopy(MANIFEST)
        for name in ("default", "spark"):
            own = f"{name}__tolerance"
            manifest["macros"][f"macro.book.{own}"] = {"name": own, "package_name": "book", "macro_sql": name}
        manifest["macros"]["macro.book.was_seen"]["depends_on"]["macros"].append(f"macro.book.{engine}__tolerance")
        found.append(guards_of(manifest, [SUITE]))
    assert found[0] == found[1] != GUARDS


def test_every_guard_has_an_owner_and_a_name() -> None:
    assert {owner: list(names) for owner, names in GUARDS.items()} == {
        "expectations/book_receipts": ["faults that may pass", "reviewed part", "to_be_between(value)"],
        "explanation/fct_sales": ["how it is recomputed"],
        "limits/fct_sales": ["how far it may move"],
        "reviewed_rows/reviewed_sales": ["rows"],
        "seeds/reviewed_sales": ["built"],
        "tests/generic": ["value_between"],
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
        (
            ("nodes", "model.book.fct_sales", "columns", "value", "data_type"),
            "integer",
            "marts/fct_sales: contract",
        ),
        (("unit_tests", "unit_test.book.fct_sales.adds", "expect"), {"rows": []}, "marts/fct_sales: unit test adds"),
        (("macros", "macro.book.test_value_between", "macro_sql"), "select 1", "tests/generic: value_between"),
        (("macros", "macro.book.was_seen", "macro_sql"), "true", "tests/sums_fit: built"),
        (("macros", "macro.book.tolerance", "macro_sql"), "1.0", "tests/sums_fit: built"),
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
    found = guards_changed(GUARDS, after)
    assert (found.added, found.removed, found.changed) == ((), (), (name,))
    (difference,) = lock_differences(lock_text(GUARDS), after)
    assert difference.startswith(name.split(":")[0])


def test_a_longer_list_of_models_changes_no_guard_that_reads_it() -> None:
    locks = []
    for listed in ("return(['fct_sales'])", "return(['fct_sales', 'fct_till'])"):
        manifest: dict[str, Any] = copy.deepcopy(MANIFEST)
        own = {"name": "project_models", "package_name": "book", "macro_sql": listed}
        manifest["macros"]["macro.book.project_models"] = own
        manifest["macros"]["macro.book.was_seen"]["depends_on"]["macros"].append("macro.book.project_models")
        locks.append(lock_text(guards_of(manifest, [SUITE])))
    assert locks[0] == locks[1]


def test_comments_and_layout_of_a_test_change_nothing() -> None:
    after = changed("nodes", "test.book.sums", "raw_code", to="{# another #}select 1 where\nfalse -- no")
    assert lock_text(after) == lock_text(GUARDS)


def test_words_of_an_expectation_change_nothing_and_its_bounds_do() -> None:
    reworded = EXPECTATION | {"meta": {"fault": "figures in thousands"}}
    assert guards_of(MANIFEST, [Suite("book_receipts", "1" * 64, [reworded])]) == GUARDS
    for other in (EXPECTATION | {"kwargs": {"column": "value", "max_value": 6}}, _since(EXPECTATION)):
        after = guards_of(MANIFEST, [Suite("book_receipts", "1" * 64, [other])])
        assert guards_changed(GUARDS, after).changed == ("expectations/book_receipts: to_be_between(value)",)


def _since(expectation: dict[str, Any]) -> dict[str, Any]:
    return expectation | {"meta": {"fault": "x", "since": "2020-01-01"}}


def test_a_removed_guard_is_named_with_those_that_remain() -> None:
    manifest = copy.deepcopy(MANIFEST)
    del manifest["nodes"]["test.book.one"]
    after = guards_of(manifest, [SUITE])
    assert guards_changed(GUARDS, after).removed == ("marts/fct_sales: value_between value",)
    assert guards_changed(after, GUARDS).added == ("marts/fct_sales: value_between value",)
    (difference,) = lock_differences(lock_text(GUARDS), after)
    assert difference == (
        "marts/fct_sales had 6 guards and has 5: built; contract; not_null area; primary_key area+year; unit test adds"
    )


def test_two_guards_of_one_name_are_two() -> None:
    second = EXPECTATION | {"kwargs": {"column": "value", "max_value": 6}}
    names = guards_of(MANIFEST, [Suite("m", "0" * 64, [EXPECTATION, second])])["expectations/m"]
    assert [name for name in names if "between" in name] == ["to_be_between(value)", "to_be_between(value) #2"]


def test_what_was_reviewed_and_which_faults_may_pass_are_part_of_a_suite() -> None:
    reviewed = Reviewed(frozenset({("till", date(2026, 7, 1), "AAA", "W00")}))
    for other, name in (
        (Suite("book_receipts", "0" * 64, [EXPECTATION], reviewed=reviewed), "reviewed part"),
        (Suite("book_receipts", "0" * 64, [EXPECTATION], {"outlier": {"all": "small"}}), "faults that may pass"),
    ):
        assert guards_changed(GUARDS, guards_of(MANIFEST, [other])).changed == (f"expectations/book_receipts: {name}",)


GATE = '''
"""A gate."""
_GOOD = {"pass"}
def require_all(results):
    """Refuse."""
    if set(results) - _GOOD:
        raise ValueError
'''


def test_the_conditions_of_the_gate_are_bound_by_what_they_do() -> None:
    conditions = gate_conditions(GATE)
    assert list(conditions) == ["require_all", "what they share"]
    assert gate_conditions(GATE.replace("Refuse.", "Refuses what is not good.")) == conditions
    weaker = gate_conditions(GATE.replace("if set(results) - _GOOD", "if not results"))
    assert (weaker["require_all"] != conditions["require_all"], weaker["what they share"]) == (
        True,
        conditions["what they share"],
    )
    assert (
        gate_conditions(GATE.replace('{"pass"}', '{"pass", "skipped"}'))["what they share"]
        != conditions["what they share"]
    )


def test_an_owner_that_is_gone_or_new_is_named() -> None:
    without = {owner: names for owner, names in GUARDS.items() if owner != "seeds/units"}
    assert lock_differences(lock_text(GUARDS), without) == ["seeds/units had 1 guards and has 0: none"]
    assert lock_differences(lock_text(without), GUARDS) == ["seeds/units had 0 guards and has 1: built"]
    assert lock_differences(lock_text(GUARDS), GUARDS) == []
