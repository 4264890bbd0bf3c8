"""How far a metric or mart may move from one release to the next before a person must give a reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from orchestration.core.errors import ReleaseError
from orchestration.guards.suites import Metric
from orchestration.releases.table_diff import TableDiff


@dataclass(frozen=True)
class Limits:
    """A metric's limits; None where it has none. These defaults hold for a metric that declares no others.

    They judge the figures whose source and vintage the release before had as well: a change of code, or a publisher that
    changed a vintage after the fact. A new vintage was judged by admission, or by a person there, and is not judged again.

    A metric declares its own in its ``.yml``, under ``config.meta.limits``, by these names.

    Args:
        gone_percent: figures of the release before that are not in this one, in percent of those before.
        changed_percent: figures with another value, unit or status, in percent of those before.
        largest_factor: how many times larger or smaller the most moved figure may become. A unit slip is a factor of
            1,000. Differences and growth rates lie around zero, where every factor happens; such a metric declares null.
    """

    gone_percent: float | None = 2.0
    changed_percent: float | None = 25.0
    largest_factor: float | None = 10.0

    def as_json(self) -> dict[str, float | None]:
        """The limits by name."""
        return asdict(self)

    def exceeded_by(self, diff: TableDiff) -> list[str]:
        """Which limits a table went beyond, one sentence each; empty within all."""
        of = f"of {diff.rows_before:,} figures"
        tried = (
            (diff.gone_percent, self.gone_percent, f"{diff.gone:,} {of} are gone, {diff.gone_percent:.1f} %"),
            (
                diff.changed_percent,
                self.changed_percent,
                f"{diff.changed:,} {of} changed, {diff.changed_percent:.1f} %",
            ),
            (
                diff.largest_factor or 0.0,
                self.largest_factor,
                f"a figure moved by a factor of {diff.largest_factor or 0:,.4g}",
            ),
        )
        return [f"{seen}; the limit is {limit:g}" for size, limit, seen in tried if limit is not None and size > limit]


NAMES = tuple(field.name for field in fields(Limits))


def limits_of_marts(manifest: Mapping[str, Any]) -> dict[str, Limits]:
    """The limits of every mart, by name, declared as a metric declares its own.

    Raises:
        ReleaseError: as ``limits_of``.
    """
    return {
        node["name"]: limits_of(Metric(node["name"], node["description"], node["config"].get("meta", {})))
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["path"].startswith("marts/")
    }


def limits_of(metric: Metric) -> Limits:
    """The limits that a metric declares, the defaults for those it does not.

    Raises:
        ReleaseError: ``config.meta.limits`` has another name, or something that is not a number or null.
    """
    declared = metric.meta.get("limits") or {}
    if not isinstance(declared, Mapping) or not all(_is_limit(*item) for item in declared.items()):
        raise ReleaseError(
            f"wrong limits of {metric.name}: {declared!r}; limits are {', '.join(NAMES)}, each a number or null",
            payload=metric.name,
            remedy=f"correct config.meta.limits in {metric.name}.yml",
        )
    return limits_from(declared)


def limits_from(content: Mapping[str, Any]) -> Limits:
    """Limits from their JSON object, the defaults for those not named."""
    return Limits(**{name: None if value is None else float(value) for name, value in content.items()})


def _is_limit(name: Any, value: Any) -> bool:
    number = isinstance(value, (int, float)) and not isinstance(value, bool) and value >= 0
    return name in NAMES and (number or value is None)
