"""The lock states the guards of the project, and a release of weaker ones is refused."""

from typing import Any

import pytest

from orchestration.core.errors import ReleaseError
from orchestration.core.files import write_text
from orchestration.core.settings import Settings
from orchestration.guards.inventory import lock_differences, lock_text, locked_guards
from orchestration.releases.gate import all_guards, lock_path, require_locked
from orchestration.transform import project as typed
from orchestration.transform.dbt_runner import parsed_manifest
from orchestration.transform.project import read_project
from tests.unit.synthetic_project import SOURCES, Project, write_expectations, write_suite

MART, SUITE = "marts/fct_synthetic", "expectations/synthetic_metric"
TESTS: dict[str, dict[str, Any]] = {
    "accepted_values": {"column_name": "unit", "values": ["USD"]},
    "parts_sum_to_total": {"column_name": "value", "key": ["year"], "tolerance": 450},
    "relationships": {"column_name": "area", "to": "ref('dim_area')", "field": "area"},
    "not_null": {"column_name": "year"},
    "unique": {"column_name": "area"},
}
EXPECTATIONS = (
    "gxe.ExpectColumnValuesToBeBetween(column='value', min_value=0, max_value=10, meta={'fault': 'a unit slip'})",
    "gxe.ExpectColumnValuesToMatchRegex(column='area', regex='^[A-Z]+$', mostly=0.99, meta={'fault': 'a name'})",
    "ExpectYears(first=(None, 2020))",
    "ExpectAnchor(where='year = 2024', between=(4, 6))",
)
WEAKENED = [
    ("a wider bound", "max_value=10", "max_value=100", SUITE, "changed", "be_between(value)", "10.0", "100.0"),
    ("a deleted expectation", EXPECTATIONS[2], "", SUITE, "removed", "years", "2020", ""),
    ("a lower mostly", "0.99", "0.9", SUITE, "changed", "match_regex(area)", "0.99", '"mostly": 0.9,'),
    ("a widened anchor", "(4, 6)", "(1, 9)", SUITE, "changed", "anchor(year = 2024)", "[4.0, 6.0]", "[1.0, 9.0]"),
    ("a row filter", {"where": "year > 2030"}, "unique", MART, "removed", "unique area", "area", ""),
    ("a test removed", None, "relationships", MART, "removed", "relationships area", "dim_area", ""),
    ("severity lowered", {"severity": "WARN"}, "not_null", MART, "changed", "not_null year", "{}", '"WARN"'),
    ("another accepted value", ["USD", "EUR"], "values", MART, "changed", "accepted_values unit", '["USD"]', '"EUR"]'),
    ("a tenfold tolerance", 4500, "tolerance", MART, "changed", "parts_sum_to_total value", "450}", "4500}"),
    ("a renamed test", "sums_agree", "sums_fit", "tests/sums_fit", "removed", "built", "select 1", ""),
]
"""A change, the owner of the guard, and its kind, guard, old requirement and new one in the refusal."""


def test_a_guard_that_was_weakened_or_removed_without_a_renewal_is_refused(project: Project) -> None:
    build = project.build("a")
    guards = all_guards(project.settings, build.project)
    write_text(lock_path(project.settings), lock_text(guards, "a first list"))
    write_suite(project.settings, 1000.0, "ExpectRows(between=(1, None))")
    with pytest.raises(
        ReleaseError, match=r"(?s)guards that differ from guards.lock: 1.*max_value.: 10.0.*max_value.: 1000"
    ):
        project.release("b")
    write_suite(project.settings, 10.0, "ExpectRows(between=(1, None))")
    project.release("c")


def manifest(project: Project) -> dict[str, Any]:
    nodes = project.nodes()
    nodes["test.b.sums"] = {
        "resource_type": "test",
        "name": "sums_fit",
        "raw_code": "select 1 where false",
        "config": {},
    }
    for name, arguments in TESTS.items():
        nodes[f"test.b.{name}"] = {
            "resource_type": "test",
            "name": name,
            "attached_node": "model.b.fct_synthetic",
            "column_name": arguments["column_name"],
            "test_metadata": {"name": name, "kwargs": dict(arguments)},
            "config": {},
        }
    return {"metadata": {"project_name": "b"}, "nodes": nodes, "sources": SOURCES, "unit_tests": {}, "macros": {}}


def weaken(content: dict[str, Any], value: Any, name: str) -> dict[str, Any]:
    """Return a manifest whose test ``name``, or one with an argument of this name, is changed to ``value``."""
    nodes = content["nodes"]
    if value is None:
        del nodes[f"test.b.{name}"]
    elif isinstance(value, dict):
        nodes[f"test.b.{name}"]["config"] |= value
    elif isinstance(value, str):
        nodes["test.b.sums"]["name"] = value
    else:
        (arguments,) = (
            node["test_metadata"]["kwargs"] for node in nodes.values() if name in str(node.get("test_metadata"))
        )
        arguments[name] = value
    return content


@pytest.mark.parametrize(
    ("before", "after", "owner", "kind", "guard", "old", "new"),
    [row[1:] for row in WEAKENED],
    ids=[row[0] for row in WEAKENED],
)
def test_a_weakened_guard_is_refused_by_owner_and_name_next_to_an_honest_change(
    project: Project, before: Any, after: str, owner: str, kind: str, guard: str, old: str, new: str
) -> None:
    settings, honest = project.settings, "ExpectRows(between=({}, None))"
    content = manifest(project)
    write_expectations(settings, *EXPECTATIONS, honest.format(1))
    locked = all_guards(settings, typed.Project(content))
    write_text(lock_path(settings), lock_text(locked, "a first list"))
    require_locked(settings, typed.Project(content))
    source = [item.replace(before, after) if owner == SUITE else item for item in EXPECTATIONS]
    write_expectations(settings, *filter(None, source), honest.format(2))
    content = content if owner == SUITE else weaken(content, before, after)
    with pytest.raises(ReleaseError) as refused:
        require_locked(settings, typed.Project(content))
    head, *lines = str(refused.value).split("\n  ")
    assert head.endswith("guards that differ from guards.lock: 2"), "the honest change of the suite does not cover it"
    (line,) = (line for line in lines if line.startswith(f"{kind:8} {owner}: {guard}: "))
    requirements = line.partition(f"{guard}: ")[2].partition(" -> ")
    assert old in requirements[0]
    assert new in requirements[2]


@pytest.mark.slow
def test_the_guards_of_the_project_are_those_of_the_lock() -> None:
    settings = Settings.from_environment()
    locked = locked_guards(lock_path(settings).read_text(encoding="utf-8"))
    differences = lock_differences(locked, all_guards(settings, read_project(parsed_manifest(settings))))
    assert not differences, "review, then run `bilateral dev lock --reason ...`:\n" + "\n".join(differences[:20])
