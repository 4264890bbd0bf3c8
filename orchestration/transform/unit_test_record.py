"""Record of the dbt unit tests that passed; only a change of the project can change their result."""

from orchestration.core.files import read_json, sha256_of, write_json
from orchestration.core.settings import Settings
from orchestration.transform.build import Build
from orchestration.transform.dbt_runner import project_hash

RECORD = "unit_tests.json"


def project_state(settings: Settings) -> str:
    """Return what the results of the unit tests depend on: engine, pinned versions, and hash of the dbt project."""
    lock = settings.root / "locks" / "requirements.lock"
    return f"{settings.engine} {sha256_of(lock) if lock.exists() else 'no lock'} {project_hash(settings)}"


def proved_unit_tests(settings: Settings, state: str) -> frozenset[str]:
    """Return the unit tests that passed in this state of the project, in whichever builds."""
    path = settings.build / RECORD
    record = read_json(path) if path.exists() else {}
    return frozenset(record["passed"]) if record.get("state") == state else frozenset()


def remember(settings: Settings, build: Build, state: str) -> None:
    """Record which unit tests passed in a build that began in this state of the project."""
    passed = {item["unique_id"] for item in build.run_results() if item["status"] in ("pass", "success")}
    tests = passed & {test.key for test in build.project.of_kind("unit_test")}
    write_json(settings.build / RECORD, {"state": state, "passed": sorted(tests | proved_unit_tests(settings, state))})
