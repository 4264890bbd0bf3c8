"""What the lock of guards holds of the gate: its conditions by name, without words and layout."""

from __future__ import annotations

from orchestration.releases.guard_lock import gate_conditions

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
    """The names under which something changed."""
    one, other = gate_conditions(GATE), gate_conditions(changed)
    return {name for name in one.keys() | other.keys() if one.get(name) != other.get(name)}


def test_conditions_have_their_names_and_the_rest_is_shared() -> None:
    assert list(gate_conditions(GATE)) == ["require_own", "require_rows", "what they share"]
    assert {len(digest) for digest in gate_conditions(GATE).values()} == {16}


def test_words_and_layout_do_not_count() -> None:
    words = {
        '"""A gate."""': '"""The gate of a release."""',
        '    """Refuse few rows."""\n': "",
        '        """A run."""\n': '        """Another."""\n',
        "    return Own": "    # the class\n\n    return (Own)",
    }
    for old, new in words.items():
        assert differing(GATE.replace(old, new)) == set(), old


def test_a_change_shows_under_the_name_of_its_condition() -> None:
    changes = {
        ("rows < LIMIT", "rows <= LIMIT"): "require_rows",
        ("        name = run", "        name = run + 1"): "require_own",
        ("LIMIT = 3", "LIMIT = 4"): "what they share",
        ("len(rows)", "len(rows) + 1"): "what they share",
        ("LIMIT = 3", "LIMIT = 3\n\nopen_wide()"): "what they share",
        ("def count(rows)", "class Own:\n    pass\n\n\ndef count(rows)"): "what they share",
        ("    return Own", "    Own.open()\n    return Own"): "require_own",
    }
    for (old, new), name in changes.items():
        assert differing(GATE.replace(old, new)) == {name}
    assert differing(GATE.replace("require_rows", "require_figures")) == {"require_rows", "require_figures"}


def test_a_text_that_is_no_docstring_counts() -> None:
    """The first statement of a function is left out only where it is a text alone."""
    first = GATE.replace('    """Refuse few rows."""\n', "    rows += 1\n")
    assert differing(first) == {"require_rows"}
    second = first.replace("rows += 1", "rows += 2")
    assert gate_conditions(first)["require_rows"] != gate_conditions(second)["require_rows"]
