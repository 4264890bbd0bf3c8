"""The gate: what must be true of a build before it becomes a release. It trusts the receipt and the files, never the run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orchestration.errors import ReleaseError
from orchestration.files import sha256_of
from orchestration.guards.receipt import read_receipt
from orchestration.guards.suites import load_suite, metrics_of
from orchestration.settings import Settings
from orchestration.transform import Build

_GOOD = {"success", "pass"}


def open_gate(settings: Settings, build: Build) -> Mapping[str, Any]:
    """The receipt of a build that may be published.

    Raises:
        ReleaseError: a dbt node did not pass or did not run; the build was not guarded, or changed since; a metric has
            no result, an empty frame, nothing evaluated, a failed expectation, or a suite that changed since.
    """
    _require_dbt(build)
    receipt = read_receipt(build)
    if receipt is None:
        raise _refusal("a build is guarded before it is published; it has no receipt")
    if receipt["database_sha256"] != sha256_of(build.database):
        raise _refusal("a build is published as it was guarded; its database changed since")
    metrics = metrics_of(build.manifest())
    if not metrics or set(metrics) != set(receipt["suites"]):
        difference = sorted(set(metrics) ^ set(receipt["suites"]))
        raise _refusal(
            f"every published metric has a result and no other; {len(metrics)} metrics, differing: {difference}"
        )
    for name in metrics:
        _require_suite(settings, name, receipt["suites"][name])
    return receipt


def _require_suite(settings: Settings, name: str, result: Mapping[str, Any]) -> None:
    suite = load_suite(settings.expectations, name)
    if suite.sha256 != result["suite_sha256"]:
        raise _refusal(f"a metric is published under the suite that guarded it; the suite of {name} changed since")
    held = len(result["results"]) == result["evaluated"] == len(suite.expectations)
    if not (result["rows"] > 0 and result["evaluated"] > 0 and held):
        raise _refusal(f"{name} was looked at: {result['rows']} rows, {result['evaluated']} expectations evaluated")
    failed = [item for item in result["results"] if not item["passed"]]
    if failed or not result["passed"]:
        faults = "; ".join(f"{item['expectation']} ({item['fault']}): observed {item['observed']}" for item in failed)
        raise _refusal(f"every expectation of {name} holds; failed: {faults}")


def _require_dbt(build: Build) -> None:
    manifest = build.manifest()
    expected = {
        key
        for key, node in manifest["nodes"].items()
        if node["resource_type"] in ("model", "seed", "test") and node["config"].get("enabled", True)
    }
    seen = {item["unique_id"]: item["status"] for item in build.run_results()}
    bad = sorted(key for key, status in seen.items() if status not in _GOOD)
    missing = sorted(expected - seen.keys())
    if bad or missing:
        raise _refusal(
            f"every model and test of the dbt project ran and passed; not passed: {bad[:5]}, did not run: {missing[:5]}"
        )


def _refusal(rule: str) -> ReleaseError:
    return ReleaseError(rule, remedy="run the whole refresh; the last release stays in place")
