"""Reviewed declarations of changes: what a change of the code does to figures whose inputs stay the same.

One file per change, ``dbt_project/changes/<date>_<name>.yml``; docs/adding.md describes it.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import Field

from orchestration import __version__
from orchestration.core.settings import Settings
from orchestration.core.strict_yaml import Name, Strict, Text, load_yaml, yaml_files
from orchestration.releases.table_diff import TableDiff

KINDS = {"added": "added", "removed": "gone", "changed": "changed"}
"""Kinds of change, and where a table's diff counts each."""

Count = Annotated[int, Field(ge=0)]


class DeclaredChange(Strict):
    """How one table changes: its rows of one kind, all of them or those of one measure or source.

    ``rows`` is the exact number of rows, or a lower and an upper bound where data folders differ.
    """

    table: Name
    kind: Literal["added", "removed", "changed"]
    measure: Text | None = None
    source: Text | None = None
    rows: Count | Annotated[list[Count], Field(min_length=2, max_length=2)]


class Declaration(Strict):
    """One reviewed change of the code: why, since which version, and how tables change."""

    reason: Text
    since: Text
    changes: Annotated[list[DeclaredChange], Field(min_length=1)]


def undeclared(declarations: Iterable[Declaration], table: str, diff: TableDiff) -> list[str]:
    """Return the changes of one table that no declaration matches, one sentence each; empty where all are declared."""
    changes = [change for declaration in declarations for change in declaration.changes if change.table == table]
    return [
        sentence
        for kind in KINDS
        for sentence in _undeclared([change for change in changes if change.kind == kind], kind, diff)
    ]


def _undeclared(changes: list[DeclaredChange], kind: str, diff: TableDiff) -> Iterator[str]:
    rows = Counter[tuple[str | None, str | None] | None]()
    for group, count in _counts(diff, kind):
        covering = [
            (change.measure, change.source)
            for change in changes
            if change.measure in (None, group.get("measure")) and change.source in (None, group.get("source"))
        ]
        rows[min(covering, key=lambda selection: selection.count(None), default=None)] += count
    for selection, count in rows.items():
        if selection is None:
            yield f"{count:,} rows {kind} without a declaration"
            continue
        bounds = [
            (change.rows, change.rows) if isinstance(change.rows, int) else change.rows
            for change in changes
            if (change.measure, change.source) == selection
        ]
        # several declarations of the same rows overlap, so that only their sum is a bound
        low, high = bounds[0][0] if len(bounds) == 1 else 0, sum(most for _, most in bounds)
        if not low <= count <= high:
            of = "".join(f" of {name}" for name in selection if name)
            expected = f"{high:,}" if low == high else f"{low:,} to {high:,}"
            yield f"{count:,} rows{of} {kind}; {expected} are declared"


def _counts(diff: TableDiff, kind: str) -> Iterator[tuple[Mapping[str, Any], int]]:
    """Yield the groups of a table with their number of rows of one kind of change."""
    for group in diff.groups or ({KINDS[kind]: getattr(diff, KINDS[kind])},):
        if group[KINDS[kind]]:
            yield group, int(group[KINDS[kind]])


def declared_changes(settings: Settings) -> dict[str, Declaration]:
    """Return the declarations of the code in force, by file name without its ending.

    Raises:
        BilateralError: a file is not a declaration.
    """
    paths = yaml_files(settings.dbt_project / "changes")
    return {path.stem: load_yaml(path, Declaration, "change", "docs/adding.md") for path in paths}


def draft(diffs: Mapping[str, TableDiff]) -> str:
    """Return a declaration of all differences, as YAML without its reason."""
    lines = ["reason:  # what changed, why it is right, who reviewed it", f'since: "{__version__}"', "changes:"]
    for table, diff in diffs.items():
        for kind in KINDS:
            for group, count in _counts(diff, kind):
                selection = "".join(f", {name}: {group[name]}" for name in ("measure", "source") if group.get(name))
                lines.append(f"  - {{table: {table}, kind: {kind}{selection}, rows: {count}}}")
    return "\n".join(lines) + "\n"
