"""Limits on how far a metric or mart may move between releases without a stated reason."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field, ValidationError

from orchestration.core.errors import ReleaseError
from orchestration.core.strict_yaml import Strict
from orchestration.releases.table_diff import TableDiff

Limit = Annotated[float, Field(ge=0, allow_inf_nan=False, strict=True)] | None


class Limits(Strict):
    """A metric's limits; None where it has none. A metric declares its own under ``config.meta.limits`` in its ``.yml``.

    They apply to the figures whose source and vintage the release before had as well: a change of code, or a publisher that
    changed a vintage after the fact. Admission judges new vintages.

    Args:
        gone_percent: figures of the release before that are not in this one, in percent of those before.
        changed_percent: figures with another value, unit or status, in percent of those before.
        largest_factor: how many times larger or smaller the most moved figure may become. A unit slip is a factor of
            1,000. Differences and growth rates lie around zero, where every factor happens; such a metric declares null.
    """

    gone_percent: Limit = 2.0
    changed_percent: Limit = 25.0
    largest_factor: Limit = 10.0

    def exceeded_by(self, diff: TableDiff) -> list[str]:
        """Return which limits a table went beyond, one sentence each; empty within all."""
        figures, factor = f"of {diff.rows_before:,} figures", diff.largest_factor or 0.0
        gone, changed = (
            100 * count / diff.rows_before if diff.rows_before else 0.0 for count in (diff.gone, diff.changed)
        )
        tests = (
            (gone, self.gone_percent, f"{diff.gone:,} {figures} are gone, {gone:.1f} %"),
            (changed, self.changed_percent, f"{diff.changed:,} {figures} changed, {changed:.1f} %"),
            (factor, self.largest_factor, f"a figure moved by a factor of {factor:,.4g}"),
        )
        return [f"{seen}; the limit is {limit:g}" for size, limit, seen in tests if limit is not None and size > limit]


def declared_limits(manifest: Mapping[str, Any]) -> dict[str, Limits]:
    """Return the limits of every mart and metric by name: those that its model declares, the defaults for the others.

    Raises:
        ReleaseError: ``config.meta.limits`` has another name, or something that is not a number or null.
    """
    limits = {}
    for node in manifest["nodes"].values():
        if node["resource_type"] == "model" and node["path"].startswith(("marts/", "metrics/")):
            declared = node["config"].get("meta", {}).get("limits") or {}
            try:
                limits[node["name"]] = Limits.model_validate(declared)
            except ValidationError as error:
                names = ", ".join(Limits.model_fields)
                raise ReleaseError(
                    f"wrong limits of {node['name']}: {declared!r}; limits are {names}, each a number or null",
                    payload=node["name"],
                    remedy=f"correct config.meta.limits in {node['name']}.yml",
                ) from error
    return limits
