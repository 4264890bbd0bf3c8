"""Reviewed declarations of changes: what a change of the code does to figures whose inputs stay the same.

One file per change, ``dbt_project/changes/<date>_<name>.yml``; docs/adding.md describes it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field

from orchestration import __version__
from orchestration.core.errors import ReleaseError
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

    @property
    def selection(self) -> tuple[str | None, str | None]:
        """The measure and the source that it is about; None for all."""
        return self.measure, self.source

    @property
    def bounds(self) -> tuple[int, int]:
        """The fewest and the most rows that may change."""
        if isinstance(self.rows, int):
            return self.rows, self.rows
        low, high = self.rows
        return low, high

    def covers(self, group: Mapping[str, Any]) -> bool:
        """Whether the rows of a group are among those that it is about."""
        return all(
            wanted is None or wanted == group.get(column)
            for column, wanted in (("measure", self.measure), ("source", self.source))
        )


class Declaration(Strict):
    """One reviewed change of the code: why, since which version, and how tables change."""

    reason: Text
    since: Text
    changes: Annotated[list[DeclaredChange], Field(min_length=1)]


@dataclass(frozen=True)
class DeclaredChanges:
    """The declarations of the code in force, by file name without its ending."""

    by_name: Mapping[str, Declaration]

    def new_since(self, recorded: Iterable[str]) -> DeclaredChanges:
        """The declarations that an earlier release did not record."""
        known = set(recorded)
        return DeclaredChanges({name: one for name, one in self.by_name.items() if name not in known})

    def undeclared(self, table: str, diff: TableDiff) -> list[str]:
        """Return the changes of one table that no declaration matches, one sentence each; empty where all are declared."""
        return [sentence for kind, count in KINDS.items() for sentence in self._undeclared(table, kind, count, diff)]

    def _undeclared(self, table: str, kind: str, count: str, diff: TableDiff) -> Iterator[str]:
        total = int(getattr(diff, count))
        if not total:
            return
        changes = [
            change
            for declaration in self.by_name.values()
            for change in declaration.changes
            if (change.table, change.kind) == (table, kind)
        ]
        rows: dict[tuple[str | None, str | None] | None, int] = {}
        for group in diff.groups or ({count: total},):
            covering = [change for change in changes if change.covers(group)]
            narrowest = max(covering, key=lambda change: 2 - change.selection.count(None), default=None)
            key = narrowest.selection if narrowest else None
            rows[key] = rows.get(key, 0) + int(group[count])
        if rows.get(None):
            yield f"{rows[None]:,} rows {kind} without a declaration"
        for selection, seen in rows.items():
            bounds = [change.bounds for change in changes if change.selection == selection]
            if selection is None or not bounds or not seen:
                continue
            # several declarations of the same rows overlap, so that only their sum is a bound
            low, high = bounds[0][0] if len(bounds) == 1 else 0, sum(most for _, most in bounds)
            if not low <= seen <= high:
                of = "".join(f" of {one}" for one in selection if one)
                expected = f"{high:,}" if low == high else f"{low:,} to {high:,}"
                yield f"{seen:,} rows{of} {kind}; {expected} are declared"


def declared_changes(settings: Settings) -> DeclaredChanges:
    """Read the declarations of the code in force.

    Raises:
        ReleaseError: a file is not a declaration.
    """
    paths = yaml_files(folder_of(settings))
    return DeclaredChanges(
        {path.stem: load_yaml(path, Declaration, "declaration", ReleaseError, entries="changes") for path in paths}
    )


def folder_of(settings: Settings) -> Path:
    """The folder of the declarations."""
    return settings.dbt_project / "changes"


def draft(diffs: Mapping[str, TableDiff]) -> str:
    """Return a declaration of all differences, as YAML without its reason."""
    lines = ["reason:  # what changed, why it is right, who reviewed it", f'since: "{__version__}"', "changes:"]
    for table, diff in diffs.items():
        for kind, count in KINDS.items():
            for group in diff.groups or ({count: int(getattr(diff, count))},):
                selection = "".join(f", {one}: {group[one]}" for one in ("measure", "source") if group.get(one))
                if group[count]:
                    lines.append(f"  - {{table: {table}, kind: {kind}{selection}, rows: {group[count]}}}")
    return "\n".join(lines) + "\n"
