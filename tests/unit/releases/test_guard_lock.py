"""The lock of guards: definitions by name without words and layout, and the refusal of weaker guards."""

from __future__ import annotations

import pytest

from orchestration.core.errors import ReleaseError
from orchestration.core.files import write_text
from orchestration.guards.inventory import lock_text
from orchestration.releases.guard_lock import all_guards, definitions, lock_path
from tests.unit.synthetic_project import Project, write_suite

GATE = '''"""A gate."""

LIMIT = 3


def require_rows(rows):
    """Refuse few rows."""
    if rows < LIMIT:
        raise ValueError


def _require_own(run):
    class Own:
        """A run."""

        name = run

    return Own


def count(rows):
    return len(rows)
'''


def differing(changed: str) -> set[str]:
    one, other = definitions(GATE), definitions(changed)
    return {name for name in one.keys() | other.keys() if one.get(name) != other.get(name)}


@pytest.mark.parametrize(
    ("old", "new", "names"),
    [
        ('"""A gate."""', '"""The gate of a release."""', set()),
        ('    """Refuse few rows."""\n', "", set()),
        ("    return Own", "    # the class\n\n    return  Own", set()),
        ("rows < LIMIT", "rows <= LIMIT", {"require_rows"}),
        ("        name = run", "        name = run + 1", {"require_own"}),
        ("LIMIT = 3", "LIMIT = 4", {"the rest"}),
        ("len(rows)", "len(rows) + 1", {"count"}),
        ("require_rows", "require_figures", {"require_rows", "require_figures"}),
    ],
)
def test_a_definition_changes_under_its_name_and_words_do_not_count(old: str, new: str, names: set[str]) -> None:
    assert differing(GATE.replace(old, new)) == names


def test_a_guard_that_was_weakened_or_removed_without_a_renewal_is_refused(project: Project) -> None:
    build = project.build("a")
    guards = all_guards(project.settings, build.manifest())
    write_text(lock_path(project.settings), lock_text(guards, "a first list"))
    write_suite(project.settings, 1000.0, "ExpectRows(between=(1, None))")
    with pytest.raises(ReleaseError, match=r"(?s)1 guards differ from guards.lock.*max_value.: 10.0.*max_value.: 1000"):
        project.release("b")
    write_suite(project.settings, 10.0, "ExpectRows(between=(1, None))")
    project.release("c")
