"""Models, seeds, sources and tests of dbt as the Dagster UI shows them. The project is synthetic."""

from pathlib import Path
from typing import Any, cast
from unittest.mock import MagicMock, Mock

import dagster as dg
import duckdb
import pytest
from dagster_dbt.errors import DagsterDbtCliRuntimeError

from orchestration.assets import dbt_assets as module
from orchestration.assets.data_folder import PUBLISHING, SHARED
from orchestration.assets.dbt_assets import DBT, Translator, attach_tests, model_assets, outcome_in_words
from orchestration.assets.descriptions import SOURCE_TAG
from orchestration.assets.raw_assets import raw_assets, raw_key
from orchestration.automation.run_outcomes import can_pass, cause_of, outcome_of
from orchestration.contracts.source import Source
from orchestration.core.settings import Settings
from orchestration.transform.build import Build
from tests.unit import synthetic_source
from tests.unit.synthetic_project import figure, write_figures

SETTINGS = Settings(Path("/code"), Path("/data"))
SOURCE, STAGING, SEED = "source.p.wto.figures", "model.p.stg_wto", "seed.p.units"
METRIC, BEHIND, TEST = "model.p.receipts", "model.p.ranks", "test.p.receipts"


def node(key: str, path: str, *parents: str, **more: Any) -> dict[str, Any]:
    kind, _, name = key.split(".")
    folders = path.split("/")[:-1]
    return {
        "unique_id": key,
        "resource_type": kind,
        "name": name,
        "path": path,
        "original_file_path": f"{kind}s/{path}",
        "fqn": ["p", *folders, name],
        "depends_on": {"nodes": list(parents)},
        "description": f"What {name} is.",
        "raw_code": "select 1",
        "config": {"enabled": True},
        **more,
    }


NODES = [
    node(STAGING, "staging/wto/stg_wto.sql", SOURCE, patch_path=None),
    node(SEED, "units.csv"),
    node(METRIC, "metrics/receipts.sql", STAGING, SEED, patch_path="p://models/metrics/receipts.yml"),
    node("model.p.mart", "marts/mart.sql", METRIC),
    node(BEHIND, "marts/ranks.sql", "model.p.mart"),
    node(TEST, "receipts.sql", METRIC, attached_node=METRIC),
]
MANIFEST: dict[str, Any] = {
    "nodes": {entry["unique_id"]: entry for entry in NODES},
    "sources": {
        SOURCE: {"unique_id": SOURCE, "resource_type": "source", "name": "figures", "description": ""}
        | {"source_name": "wto", "identifier": "figures", "fqn": ["p", "figures"], "config": {}}
    },
    "parent_map": {entry["unique_id"]: entry["depends_on"]["nodes"] for entry in NODES},
    **{kind: {} for kind in ("unit_tests", "metrics", "exposures", "child_map")},
}


@pytest.fixture
def translator() -> Translator:
    return Translator(SETTINGS, MANIFEST)


@pytest.mark.parametrize(
    ("key", "asset", "group", "tags", "files"),
    [
        (STAGING, "models/stg_wto", "models_staging", {SOURCE_TAG: "wto"}, ["stg_wto.sql"]),
        (SEED, "seeds/units", "seeds", {}, ["units.csv"]),
        (METRIC, "metrics/receipts", "metrics", {}, ["receipts.sql", "receipts.yml", "receipts.py"]),
        (BEHIND, "models/ranks", "models_on_metrics", {}, ["ranks.sql"]),
    ],
)
def test_an_asset_is_found_by_its_layer_and_links_its_files(
    translator: Translator, key: str, asset: str, group: str, tags: dict[str, str], files: list[str]
) -> None:
    spec = translator.get_asset_spec(MANIFEST, key, None)
    assert (spec.key.to_user_string(), spec.group_name) == (asset, group)
    assert spec.description is not None
    assert spec.description.startswith(f"What {key.split('.')[-1]} is.")
    assert {name: value for name, value in spec.tags.items() if "/kind/" not in name} == tags
    assert [Path(file.file_path).name for file in spec.metadata["dagster/code_references"].code_references] == files


def test_a_source_of_dbt_is_the_raw_table(translator: Translator) -> None:
    raw = dg.AssetKey(["raw", "wto", "figures"])
    assert translator.get_asset_spec(MANIFEST, SOURCE, None).key == raw
    assert [dep.asset_key for dep in translator.get_asset_spec(MANIFEST, STAGING, None).deps] == [raw]


def test_a_raw_table_has_the_words_of_its_source_in_dbt() -> None:
    words = {"description": "What it has.", "columns": {"value": {"description": "An amount."}}}
    manifest = {"sources": {"source.bilateral.synthetic.figures": words}}
    assets = raw_assets(cast(Source, synthetic_source.module()), SETTINGS, manifest)
    spec = assets.specs_by_key[raw_key("synthetic", "figures")]
    assert spec.description is not None
    assert spec.description.endswith("What it has.")
    columns = {column.name: column.description for column in spec.metadata["dagster/column_schema"].columns}
    assert (columns["value"], columns["year"]) == ("An amount.", None)


def test_a_test_is_a_check_of_its_table_with_its_description(translator: Translator) -> None:
    metric, behind = (translator.get_asset_spec(MANIFEST, key, None) for key in (METRIC, BEHIND))
    check = translator.get_asset_check_spec(metric, MANIFEST, TEST, None)
    assert check is not None
    assert check.description == "What receipts is."
    assert translator.get_asset_check_spec(behind, MANIFEST, TEST, None) is None


def test_a_test_of_several_tables_is_a_check_of_the_last_of_them() -> None:
    key = "test.p.receipts_are_those_of_the_source"
    several = node(key, "several.sql", SEED, METRIC, STAGING)
    manifest = {**MANIFEST, "nodes": {**MANIFEST["nodes"], key: several}}
    manifest["parent_map"] = {**MANIFEST["parent_map"], key: several["depends_on"]["nodes"]}
    attach_tests(manifest)
    translator = Translator(SETTINGS, manifest)
    checks = [
        translator.get_asset_check_spec(translator.get_asset_spec(manifest, table, None), manifest, key, None)
        for table in (SEED, STAGING, METRIC)
    ]
    assert [check is not None for check in checks] == [False, False, True]


@pytest.mark.parametrize(
    ("error", "code", "words", "passes"),
    [
        ("IO Error: Could not write file: No space left on device", 2, "the disk is full: ", True),
        ("failed with exit code -9", -9, "dbt was killed by SIGKILL", True),
        ("Constraint Error: 3 rows", 2, "Constraint Error: 3 rows", False),
    ],
)
def test_a_failure_of_the_machine_is_a_sentence_that_says_so_and_no_traceback(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, error: str, code: int, words: str, passes: bool
) -> None:
    invocation = Mock(stream=Mock(side_effect=DagsterDbtCliRuntimeError(error)), process=Mock(returncode=code))
    stubs: dict[str, Any] = {
        "engine": Mock(),
        "read_json": lambda _: MANIFEST,
        "project_state": Mock(),
        "proved": Mock(),
        "opened": MagicMock(),
    }
    stubs |= {"without_proved": lambda *_: [], "in_environment": MagicMock(), "build_environment": Mock()}
    stubs |= {"_prepared": lambda *_: Build(tmp_path), "parsed_manifest": Mock()}
    for name, stub in stubs.items():
        monkeypatch.setattr(module, name, stub)
    module.engine.return_value.arguments = lambda _: []  # type: ignore[attr-defined]
    dbt = dg.ResourceDefinition.hardcoded_resource(Mock(cli=lambda *_, **__: invocation))
    resources = {DBT: dbt, **dict.fromkeys((SHARED, PUBLISHING), dg.ResourceDefinition.none_resource())}
    settings = Settings(tmp_path, tmp_path)
    built = dg.Definitions(
        [model_assets({}, settings, MANIFEST)], jobs=[dg.define_asset_job("build")], resources=resources
    )
    result = built.resolve_job_def("build").execute_in_process(raise_on_error=False)
    assert (can_pass(result.all_events), cause_of(result.all_events).startswith(words)) == (passes, True)
    (problem,) = outcome_of(result.all_events, [], "build", result.run_id, succeeded=False).problems
    assert "Traceback" not in problem.text
    assert "File " not in problem.text


def test_the_materialization_of_a_metric_has_rows_newest_year_and_one_figure(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The tables behind it come after it, in the order of dbt. All figures are synthetic."""
    build = Build(tmp_path)
    with duckdb.connect(str(build.database)) as connection:
        connection.execute("create schema metrics")
        known = {"area": "USA", "year": 2024, "value": 169.5e9, "unit": "USD"}
        rows = [known, known | {"year": 2023}, known | {"area": "DEU", "value": 999e9}]
        rows += [known | {"value": 144.5e9, "vintage": "2025-07-01", "is_latest": False}]
        write_figures(connection, "metrics.receipts", [figure(**row) for row in rows])
    names = ("seeds__units", "models__stg_wto", "metrics__receipts", "models__mart", "models__ranks")
    events: list[Any] = [dg.Output(None, name) for name in names]
    events[3:3] = [dg.AssetCheckResult(asset_key=["metrics", "receipts"], check_name="receipts", passed=True)]
    quiet = ("engine", "project_state", "proved", "keep_parse", "remember", "parsed_manifest", "finish_build")
    stubs: dict[str, Any] = dict.fromkeys((*quiet, "build_environment", "outcome_in_words"), Mock())
    stubs |= {"read_json": lambda _: MANIFEST, "without_proved": lambda *_: [], "_prepared": lambda *_: build}
    stubs |= {"opened": MagicMock(), "in_environment": MagicMock()}
    for name, stub in stubs.items():
        monkeypatch.setattr(module, name, stub)
    monkeypatch.setattr(Build, "run_results", Mock())
    module.engine.return_value.arguments = lambda _: []  # type: ignore[attr-defined]
    invocation = Mock(stream=lambda: iter(events))
    dbt = dg.ResourceDefinition.hardcoded_resource(Mock(cli=lambda *_, **__: invocation))
    resources = {DBT: dbt, **dict.fromkeys((SHARED, PUBLISHING), dg.ResourceDefinition.none_resource())}
    assets = model_assets({}, Settings(Path(__file__).resolve().parents[3], tmp_path), MANIFEST)
    built = dg.Definitions([assets], jobs=[dg.define_asset_job("build")], resources=resources)
    result = built.resolve_job_def("build").execute_in_process()
    made = {
        event.asset_key.to_python_identifier(): event for event in result.asset_materializations_for_node("dbt_models")
    }
    assert tuple(made) == names
    facts = {name: value.value for name, value in made["metrics__receipts"].metadata.items()}
    assert (facts["dagster/row_count"], facts["newest year"]) == (4, 2024)
    for words in ("USA", "2024", "169.5 billion US dollars", "vintage"):
        assert words in str(facts["figure"])


def test_a_build_counts_tables_and_tests_and_neither_hooks_nor_failures() -> None:
    status = {STAGING: "success", SEED: "success", METRIC: "error", TEST: "pass", "test.p.sums": "fail"}
    status |= {"unit_test.p.receipts.sum": "pass", "test.p.other": "pass", "operation.p.on_run_end": "success"}
    results = [{"unique_id": key, "status": word} for key, word in status.items()]
    assert outcome_in_words(results) == "2 tables built, 3 tests passed"


@pytest.mark.parametrize(("chosen", "copies"), [("*", 0), ("key:models/ranks", 1)])
def test_a_part_is_built_on_a_copy_of_the_latest_build_and_a_whole_on_nothing(
    monkeypatch: pytest.MonkeyPatch, chosen: str, copies: int
) -> None:
    engine = Mock()
    stubs = {"engine": lambda _: engine, "_prepared": Mock(), "latest_build": Mock(), "_run": lambda *_: iter(())}
    for name, stub in stubs.items():
        monkeypatch.setattr(module, name, stub)
    resources = dict.fromkeys((DBT, SHARED, PUBLISHING), dg.ResourceDefinition.none_resource())
    job = dg.define_asset_job("build", selection=chosen)
    built = dg.Definitions([model_assets({}, SETTINGS, MANIFEST)], jobs=[job], resources=resources)
    assert built.resolve_job_def("build").execute_in_process().success
    assert engine.begin_with.call_count == copies
