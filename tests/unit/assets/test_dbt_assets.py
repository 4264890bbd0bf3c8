"""Models, seeds, sources and tests of dbt as the Dagster UI shows them. The project is synthetic."""

from pathlib import Path
from typing import Any

import pytest

from orchestration.assets.dbt_assets import Translator, attach_tests, outcome_in_words
from orchestration.core.settings import Settings

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


def test_a_build_counts_tables_and_tests_and_neither_hooks_nor_failures() -> None:
    status = {STAGING: "success", SEED: "success", METRIC: "error", TEST: "pass", "test.p.sums": "fail"}
    status |= {"unit_test.p.receipts.sum": "pass", "test.p.other": "pass", "operation.p.on_run_end": "success"}
    results = [{"unique_id": key, "status": word} for key, word in status.items()]
    assert outcome_in_words(results) == "2 tables built, 3 tests passed"
