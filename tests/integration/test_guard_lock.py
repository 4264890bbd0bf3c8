"""The list of guards has as many as ran for the release."""

from collections import Counter

from orchestration.releases.gate import all_guards
from orchestration.transform.build import latest_build
from tests.integration.conftest import PublishedCopy


def test_the_list_names_every_guard_that_ran(published_copy: PublishedCopy) -> None:
    settings = published_copy.settings
    build = latest_build(settings)
    manifest = build.manifest()
    guards = all_guards(settings, manifest)
    ids = [item["unique_id"] for item in build.run_results()]
    ran = Counter(unique_id.split(".")[0] for unique_id in ids)
    tests = ran["test"]
    of_dbt = {
        owner: names
        for owner, names in guards.items()
        if not owner.startswith(
            ("expectations/", "code", "tests/generic", "tests/macros", "explanation/", "limits/", "reviewed_rows/")
        )
    }
    names = [name for names in of_dbt.values() for name in names]
    constraints = [node for node in manifest["nodes"].values() if node.get("contract", {}).get("enforced")]
    held = sum(
        1 + len(node["constraints"]) + sum(len(column["constraints"]) for column in node["columns"].values())
        for node in constraints
    )
    unit_tests = sum(name.startswith("unit test ") for name in names)
    assert unit_tests == len(manifest["unit_tests"]) >= ran["unit_test"]
    assert len(names) - unit_tests - held == ran["model"] + ran["seed"] + tests
