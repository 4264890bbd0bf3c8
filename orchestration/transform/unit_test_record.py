"""Record of the dbt unit tests that passed. They run on invented rows, so that only a change of code can change their result."""

from __future__ import annotations

import hashlib
from collections.abc import Collection

from orchestration.core.files import read_json, sha256_of, write_json
from orchestration.core.settings import Settings
from orchestration.transform.build import Build
from orchestration.transform.dbt_runner import project_hash

RECORD = "unit_tests.json"
_PASSED = {"pass", "success"}


def state_of(settings: Settings) -> str:
    """One hash over what a unit test depends on: the dbt project, the versions of dbt and DuckDB, and the engine."""
    lock = settings.root / "requirements.lock"
    return hashlib.sha256(
        f"{settings.engine} {project_hash(settings)} {sha256_of(lock) if lock.exists() else ''}".encode()
    ).hexdigest()


def proved(settings: Settings) -> Collection[str]:
    """The unit tests that passed for the project as it is, in this build or an earlier one; none if it changed since."""
    record = settings.build / RECORD
    content = read_json(record) if record.exists() else {}
    return frozenset(content["passed"]) if content.get("state") == state_of(settings) else frozenset()


def remember(settings: Settings, build: Build) -> None:
    """Record which unit tests passed in a finished build, where it ran any."""
    known = proved(settings)
    results = {item["unique_id"]: item["status"] for item in build.run_results()}
    passed = {key for key in build.manifest()["unit_tests"] if results.get(key) in _PASSED}
    if passed:
        write_json(settings.build / RECORD, {"state": state_of(settings), "passed": sorted(passed | set(known))})
