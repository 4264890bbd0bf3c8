"""The list of guards has as many as ran for the release."""

from collections import Counter

from orchestration.releases.gate import all_guards
from orchestration.transform.build import latest_build
from tests.integration.conftest import PublishedCopy


def test_the_list_names_every_guard_that_ran(published_copy: PublishedCopy) -> None:
    settings = published_copy.settings
    build = latest_build(settings)
    project = build.project
    guards = all_guards(settings, project)
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
    held = sum(1 + len([*node.constraints()]) for node in project.of_kind("model", "seed") if node.has_contract)
    unit_tests = sum(name.startswith("unit test ") for name in names)
    assert unit_tests == len(project.of_kind("unit_test")) >= ran["unit_test"]
    assert len(names) - unit_tests - held == ran["model"] + ran["seed"] + tests
