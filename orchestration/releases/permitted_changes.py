"""Permitted changes between releases: limits of metrics and marts, and reviewed declarations of code changes.

A declaration is a file ``dbt_project/changes/<date>_<name>.yml``; docs/adding.md describes it.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BeforeValidator, Field, ValidationError

from orchestration import __version__
from orchestration.core.errors import ReleaseError
from orchestration.core.settings import Settings
from orchestration.core.strict_yaml import Name, Strict, Text, load_yaml, yaml_files
from orchestration.core.text import with_noun
from orchestration.transform.project import Project

TableDiff: TypeAlias = Mapping[str, Any]
"""Difference of one table in ``diff.json``: rows_before, rows_after; added, gone and changed rows, in total and by
source and measure (groups); largest_factor and largest_movements. A movement has the key of a changed row, its
compared columns before and after, the factor (None if either value is zero or empty), and a text."""

KINDS = {"added": "added", "removed": "gone", "changed": "changed"}
"""Kinds of change, and their field in a table's diff."""

Limit = Annotated[float, Field(ge=0, allow_inf_nan=False, strict=True)] | None
Count = Annotated[int, Field(ge=0)]


class Limits(Strict):
    """Limits on changes between releases; None disables one. A metric declares its own in ``config.meta.limits``.

    They apply to figures whose source and vintage both releases have: code changes, or a publisher that changed a
    vintage after the fact. Admission judges new vintages.

    Args:
        gone_percent: figures missing from this release, in percent of those before.
        changed_percent: figures with another value, unit or status, in percent of those before.
        largest_factor: largest factor between old and new value of a figure. A unit slip is a factor of 1,000.
        Differences and growth rates lie around zero, where any factor happens; such a metric declares null.
    """

    gone_percent: Limit = 2.0
    changed_percent: Limit = 25.0
    largest_factor: Limit = 10.0

    def exceeded_by(self, diff: TableDiff) -> list[str]:
        """Return the limits that a table exceeds, one sentence each."""
        figures, factor = f"of {diff['rows_before']:,} figures", diff["largest_factor"] or 0.0
        gone, changed = (100 * diff[count] / max(diff["rows_before"], 1) for count in ("gone", "changed"))
        tests = (
            (gone, self.gone_percent, f"{diff['gone']:,} {figures} are gone, {gone:.1f} %"),
            (changed, self.changed_percent, f"{diff['changed']:,} {figures} changed, {changed:.1f} %"),
            (factor, self.largest_factor, f"a figure moved by a factor of {factor:,.4g}"),
        )
        return [f"{seen}; the limit is {limit:g}" for size, limit, seen in tests if limit is not None and size > limit]


class DeclaredChange(Strict):
    """Change of one table: rows of one kind, measure or source; ``rows`` is exact, or a lower and upper bound."""

    table: Name
    kind: Literal["added", "removed", "changed"]
    measure: Text | None = None
    source: Text | None = None
    rows: Annotated[tuple[Count, Count], BeforeValidator(lambda rows: rows if isinstance(rows, list) else [rows, rows])]

    def covers(self, group: Mapping[str, Any]) -> bool:
        """Return whether rows of this measure and source are among the declared ones."""
        return self.measure in (None, group.get("measure")) and self.source in (None, group.get("source"))


class Declaration(Strict):
    """One reviewed code change: why, since which version, and how tables change."""

    reason: Text
    since: Text
    changes: Annotated[list[DeclaredChange], Field(min_length=1)]


def declared_limits(project: Project) -> dict[str, Limits]:
    """Return the limits of every mart and metric by name, declared or default."""
    limits = {}
    for name, node in project.published.items():
        declared = node.meta.get("limits") or {}
        try:
            limits[name] = Limits.model_validate(declared)
        except ValidationError as error:
            raise ReleaseError(
                f"wrong limits of {name}: {declared!r}; limits are {', '.join(Limits.model_fields)}, "
                "each a number or null",
                remedy=f"correct config.meta.limits in {name}.yml",
            ) from error
    return limits


def undeclared(declarations: Iterable[Declaration], table: str, diff: TableDiff) -> list[str]:
    """Return the changes of one table that no declaration matches, one sentence each.

    Declarations of the same rows add up: only the sum of their upper bounds counts.
    """
    changes = [change for declaration in declarations for change in declaration.changes if change.table == table]
    sentences = []
    for kind in KINDS:
        counts, own = list(_counts(diff, kind)), [change for change in changes if change.kind == kind]
        if rows := sum(count for group, count in counts if not any(change.covers(group) for change in own)):
            sentences.append(f"{with_noun(rows, 'row')} {kind} without a declaration")
        for change in own:
            covered = [(group, count) for group, count in counts if change.covers(group)]
            same = [item for item in own if any(item.covers(group) for group, _ in covered)]
            rows = sum(count for _, count in covered)
            low, high = change.rows[0] if len(same) == 1 else 0, sum(item.rows[1] for item in same)
            if covered and not low <= rows <= high:
                of = "".join(f" of {name}" for name in (change.measure, change.source) if name)
                declared = f"{high:,}" if low == high else f"{low:,} to {high:,}"
                sentences.append(f"{with_noun(rows, 'row')}{of} {kind}; declared: {declared}")
    return list(dict.fromkeys(sentences))


def _counts(diff: TableDiff, kind: str) -> Iterator[tuple[Mapping[str, Any], int]]:
    """Yield the groups of a table with their number of rows for one kind of change."""
    for group in diff["groups"] or [diff]:
        if group[KINDS[kind]]:
            yield group, int(group[KINDS[kind]])


def declared_changes(settings: Settings) -> dict[str, Declaration]:
    """Return the declarations of the code in force, by file name without its ending."""
    paths = yaml_files(settings.dbt_project / "changes")
    return {path.stem: load_yaml(path, Declaration, "change", "docs/adding.md") for path in paths}


def draft(diffs: Mapping[str, TableDiff]) -> str:
    """Return a declaration of all differences as YAML, without its reason."""
    lines = ["reason:  # what changed, why it is right, who reviewed it", f'since: "{__version__}"', "changes:"]
    for table, diff in diffs.items():
        for kind in KINDS:
            for group, count in _counts(diff, kind):
                selection = "".join(f", {name}: {group[name]}" for name in ("measure", "source") if group.get(name))
                lines.append(f"  - {{table: {table}, kind: {kind}{selection}, rows: {count}}}")
    return "\n".join(lines) + "\n"
