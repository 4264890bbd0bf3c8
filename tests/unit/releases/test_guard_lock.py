"""A release of weaker guards than those of the lock is refused."""

import pytest

from orchestration.core.errors import ReleaseError
from orchestration.core.files import write_text
from orchestration.guards.inventory import lock_text
from orchestration.releases.gate import all_guards, lock_path
from tests.unit.synthetic_project import Project, write_suite


def test_a_guard_that_was_weakened_or_removed_without_a_renewal_is_refused(project: Project) -> None:
    build = project.build("a")
    guards = all_guards(project.settings, build.manifest())
    write_text(lock_path(project.settings), lock_text(guards, "a first list"))
    write_suite(project.settings, 1000.0, "ExpectRows(between=(1, None))")
    with pytest.raises(ReleaseError, match=r"(?s)1 guards differ from guards.lock.*max_value.: 10.0.*max_value.: 1000"):
        project.release("b")
    write_suite(project.settings, 10.0, "ExpectRows(between=(1, None))")
    project.release("c")
