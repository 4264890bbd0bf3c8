"""The lock states the guards of the project, and a release of weaker ones is refused."""

import pytest

from orchestration.core.errors import ReleaseError
from orchestration.core.files import write_text
from orchestration.core.settings import Settings
from orchestration.guards.inventory import lock_differences, lock_text, locked_guards
from orchestration.releases.gate import all_guards, lock_path
from orchestration.transform.dbt_runner import parsed_manifest
from orchestration.transform.project import read_project
from tests.unit.synthetic_project import Project, write_suite


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


@pytest.mark.slow
def test_the_guards_of_the_project_are_those_of_the_lock() -> None:
    settings = Settings.from_environment()
    locked = locked_guards(lock_path(settings).read_text(encoding="utf-8"))
    differences = lock_differences(locked, all_guards(settings, read_project(parsed_manifest(settings))))
    assert not differences, "review, then run `bilateral dev lock --reason ...`:\n" + "\n".join(differences[:20])
