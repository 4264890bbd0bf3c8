"""Models, seeds, sources and tests of dbt as the Dagster UI shows them. The project is synthetic."""

from orchestration.assets.dbt_assets import outcome_in_words

STAGING, SEED = "model.p.stg_wto", "seed.p.units"
METRIC, TEST = "model.p.receipts", "test.p.receipts"


def test_a_build_counts_tables_and_tests_and_neither_hooks_nor_failures() -> None:
    status = {STAGING: "success", SEED: "success", METRIC: "error", TEST: "pass", "test.p.sums": "fail"}
    status |= {"unit_test.p.receipts.sum": "pass", "test.p.other": "pass", "operation.p.on_run_end": "success"}
    results = [{"unique_id": key, "status": word} for key, word in status.items()]
    assert outcome_in_words(results) == "2 tables built, 3 tests passed"
