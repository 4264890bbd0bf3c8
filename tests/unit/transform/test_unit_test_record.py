"""A dbt unit test that passed runs again when anything changes that its result depends on, and only then. The project is synthetic."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from orchestration.assets.dbt_assets import WITHOUT_UNIT_TESTS, _without_proved
from orchestration.core.files import write_json, write_text
from orchestration.core.settings import Settings
from orchestration.transform.build import Build
from orchestration.transform.unit_test_record import RECORD, proved, remember

OF_SUM, OF_LIST = "unit_test.b.sum.sum_by_hand", "unit_test.b.listed.listed_by_hand"
BOTH = {OF_SUM, OF_LIST}

Manifest = dict[str, Any]
Change = Callable[[Settings, Manifest], object]


def node(name: str, kind: str = "model", made_of: str = "", **more: Any) -> dict[str, Any]:
    file = f"{kind}s/{name}.{'csv' if kind == 'seed' else 'sql'}"
    config = {"materialized": "table", "meta": {}}
    parents = {"nodes": [made_of] if made_of else []}
    own = {"name": name, "resource_type": kind, "original_file_path": file, "depends_on": parents}
    return {**own, "config": config, "columns": {}, **more}


def unit_test(name: str, model: str) -> dict[str, Any]:
    return {
        "name": name,
        "resource_type": "unit_test",
        "model": model,
        "depends_on": {"nodes": [f"model.b.{model}"]},
        "given": [{"input": "ref('staged')", "rows": [{"value": "1"}]}],
        "expect": {"rows": [{"value": "1"}]},
        "overrides": None,
        "description": "By hand.",
    }


def macro(package: str, path: str, sql: str) -> dict[str, Any]:
    return {"package_name": package, "original_file_path": path, "macro_sql": sql}


MANIFEST: Manifest = {
    "metadata": {"project_name": "b"},
    "nodes": {
        "seed.b.codes": node("codes", "seed"),
        "model.b.staged": node(
            "staged", made_of="source.b.office.table", raw_code="select * from {{ source('office', 'table') }}"
        ),
        "model.b.sum": node("sum", made_of="model.b.staged", raw_code="select sum(value) from {{ ref('staged') }}"),
        "model.b.listed": node("listed", made_of="seed.b.codes", raw_code="select code from {{ ref('codes') }}"),
        "test.b.rule": node("rule", "test", raw_code="select 1"),
    },
    "sources": {"source.b.office.table": node("table", "source", relation_name="read_parquet('a')")},
    "macros": {
        "macro.b.total": macro("b", "macros/total.sql", "sum"),
        "macro.b.project_models": macro("b", "macros/project_models.sql", "[staged, sum, listed]"),
        "macro.dbt.statement": macro("dbt", "macros/statement.sql", "of the pinned dbt"),
    },
    "unit_tests": {OF_SUM: unit_test("sum_by_hand", "sum"), OF_LIST: unit_test("listed_by_hand", "listed")},
}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    made = Settings(root=tmp_path / "root", data=tmp_path / "data")
    write_text(made.root / "locks/requirements.lock", "dbt-core==1")
    write_text(made.dbt_project / "dbt_project.yml", "name: b")
    write_text(made.dbt_project / "seeds" / "codes.csv", "code\n1\n")
    return made


def finished(settings: Settings, manifest: Manifest, **results: str) -> Build:
    """A build in which the unit tests ended so, by name."""
    build = Build(settings.build / "runs" / "one")
    ids = {test["name"]: key for key, test in manifest["unit_tests"].items()}
    write_json(build.artifacts[0], manifest)
    write_json(
        build.artifacts[1],
        {"results": [{"unique_id": ids[name], "status": status} for name, status in results.items()]},
    )
    return build


def model(name: str, **changed: Any) -> Change:
    return lambda _, manifest: manifest["nodes"][f"model.b.{name}"].update(changed)


def of_sum(**changed: Any) -> Change:
    return lambda _, manifest: manifest["unit_tests"][OF_SUM].update(changed)


def file(name: str, text: str) -> Change:
    return lambda settings, _: write_text(settings.root / name, text)


def another_model(_: Settings, manifest: Manifest) -> None:
    """A new file: the generated list of models has it, too."""
    manifest["nodes"]["model.b.more"] = node("more", raw_code="select 1")
    manifest["macros"]["macro.b.project_models"]["macro_sql"] = "[staged, sum, listed, more]"


def another_parent(_: Settings, manifest: Manifest) -> None:
    """A new file that a union over names reads, so that no SQL changed."""
    manifest["nodes"]["model.b.more"] = node("more", raw_code="select 1")
    manifest["nodes"]["model.b.sum"]["depends_on"]["nodes"].append("model.b.more")


def described(_: Settings, manifest: Manifest) -> None:
    manifest["unit_tests"][OF_SUM]["description"] = "In other words."
    manifest["nodes"]["model.b.sum"] |= {"description": "In other words.", "compiled_code": "select sum(value) from s"}


CHANGES: dict[str, tuple[Change, set[str]]] = {
    "nothing": (lambda _, __: None, BOTH),
    "its model": (model("sum", raw_code="select max(value) from {{ ref('staged') }}"), {OF_LIST}),
    "a model behind it": (model("staged", raw_code="select 1"), {OF_LIST}),
    "the type of a column behind it": (model("staged", columns={"value": {"data_type": "varchar"}}), {OF_LIST}),
    "the configuration of its model": (model("sum", config={"meta": {"unit": "USD"}}), {OF_LIST}),
    "where a source is read": (
        lambda _, manifest: manifest["sources"]["source.b.office.table"].update(relation_name="read_parquet('b')"),
        {OF_LIST},
    ),
    "a seed": (file("dbt_project/seeds/codes.csv", "code\n2\n"), {OF_SUM}),
    "a parent that no SQL names": (another_parent, {OF_LIST}),
    "what is given": (of_sum(given=[{"input": "ref('staged')", "rows": [{"value": "2"}]}]), {OF_LIST}),
    "what is expected": (of_sum(expect={"rows": [{"value": "2"}]}), {OF_LIST}),
    "what is set for it alone": (of_sum(overrides={"vars": {"a": 1}}), {OF_LIST}),
    "a macro": (lambda _, manifest: manifest["macros"]["macro.b.total"].update(macro_sql="max"), set()),
    "the settings of the project": (file("dbt_project/dbt_project.yml", "name: b\nvars: {a: 1}"), set()),
    "the pinned versions": (file("locks/requirements.lock", "dbt-core==2"), set()),
    "a model that it does not read": (another_model, BOTH),
    "a test of data": (lambda _, manifest: manifest["nodes"]["test.b.rule"].update(raw_code="select 2"), BOTH),
    "words": (described, BOTH),
}


@pytest.mark.parametrize(("change", "left"), CHANGES.values(), ids=CHANGES)
def test_a_change_runs_the_unit_tests_again_that_depend_on_it(
    settings: Settings, change: Change, left: set[str]
) -> None:
    manifest = copy.deepcopy(MANIFEST)
    remember(settings, finished(settings, manifest, sum_by_hand="pass", listed_by_hand="success"))
    change(settings, manifest)
    assert set(proved(settings, manifest)) == left


def test_they_count_for_one_engine(settings: Settings) -> None:
    remember(settings, finished(settings, MANIFEST, sum_by_hand="pass", listed_by_hand="pass"))
    assert not proved(replace(settings, engine="spark"), MANIFEST)


def test_a_model_that_reads_the_graph_depends_on_every_model(settings: Settings) -> None:
    manifest = copy.deepcopy(MANIFEST)
    model("listed", raw_code="{% for node in graph.nodes.values() %}{% endfor %} select code from {{ ref('codes') }}")(
        settings, manifest
    )
    remember(settings, finished(settings, manifest, sum_by_hand="pass", listed_by_hand="pass"))
    assert set(proved(settings, manifest)) == BOTH
    another_model(settings, manifest)
    assert set(proved(settings, manifest)) == {OF_SUM}


def test_only_what_passed_counts_and_a_later_build_adds_to_it(settings: Settings) -> None:
    remember(settings, finished(settings, MANIFEST, sum_by_hand="pass", listed_by_hand="fail"))
    assert set(proved(settings, MANIFEST)) == {OF_SUM}
    remember(settings, finished(settings, MANIFEST, listed_by_hand="pass"))
    assert set(proved(settings, MANIFEST)) == BOTH


def test_a_record_of_the_whole_project_proves_nothing(settings: Settings) -> None:
    """As version 0.1.0 wrote it."""
    write_json(settings.build / RECORD, {"state": "a" * 64, "passed": sorted(BOTH)})
    assert not proved(settings, MANIFEST)


def test_dbt_runs_those_that_are_not_proved(settings: Settings) -> None:
    assert _without_proved(settings, MANIFEST) == []
    three = copy.deepcopy(MANIFEST)
    three["unit_tests"]["unit_test.b.sum.nothing"] = unit_test("nothing", "sum")
    remember(settings, finished(settings, three, sum_by_hand="pass", nothing="pass"))
    excluded = "unit_test:nothing unit_test:sum_by_hand"  # one argument: dagster-dbt reads no list
    assert _without_proved(settings, three) == ["--exclude", excluded]
    namesake = copy.deepcopy(MANIFEST)
    namesake["unit_tests"][OF_LIST]["name"] = "sum_by_hand"
    assert _without_proved(settings, namesake) == [], "dbt knows a unit test by its name alone"
    remember(settings, finished(settings, MANIFEST, listed_by_hand="pass"))
    assert _without_proved(settings, MANIFEST) == WITHOUT_UNIT_TESTS
