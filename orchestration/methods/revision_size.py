"""The largest revision of each series between vintages: how far a vintage that is not in the warehouse may have differed."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd

from orchestration.methods.claims import DIMENSIONS

SERIES = (*DIMENSIONS, "unit", "source", "basis")
"""Columns that the figures of one series share over all its years and vintages."""

OWN = "series"
COMPARABLE = "comparable_series"

NOT_COMPARABLE = ("mirror_asymmetry", "revisions")
"""Metrics of differences, whose figures move by any share."""
LEAST_COMPARABLE = 0.1
"""Share that comparable series count as revised by at least."""
_MOST_REVISED = ("USD", 9.0)
"""Unit and order of magnitude of the figures that stand for a unit without any revision: money of a billion and more."""
_ROUNDING = 1e-9


@dataclass(frozen=True)
class LargestRevision:
    """How far an older vintage was from a newer one at most, as a share of the newer; ``scope`` names the series."""

    share: float
    scope: str

    @property
    def limit(self) -> float:
        """Gap beyond which a claim is contradicted: twice the revision of comparable series."""
        return self.share if self.scope == OWN else 2 * self.share


class RevisionSizes:
    """The largest revisions in a frame of figures, by series and by unit and order of magnitude."""

    def __init__(self, figures: pd.DataFrame, economies: Collection[str]) -> None:
        """Measure every series.

        Args:
            figures: the columns ``SERIES``, year, vintage and value, one row a figure.
            economies: codes of the areas whose series are comparable.
        """
        frame = figures[figures["value"].notna()].sort_values("vintage", kind="stable")
        newer = frame["value"]
        figure = frame.groupby([*SERIES, "year"], sort=False).ngroup()
        lowest = newer.groupby(figure).cummin().groupby(figure).shift()
        highest = newer.groupby(figure).cummax().groupby(figure).shift()
        moved = np.maximum(highest - newer, newer - lowest)
        frame = frame.assign(share=(moved / newer.abs()).where(newer != 0)).dropna(subset=["share"])
        largest = frame.groupby(list(SERIES), sort=False)["share"].max()
        self._own = largest.where(largest >= _ROUNDING, 0.0).to_dict()
        levels = frame[frame["area"].isin(economies) & ~frame["metric_id"].isin(NOT_COMPARABLE)]
        self._levels = levels.assign(magnitude=np.floor(np.log10(levels["value"].abs())))

    def of(self, series: tuple[str, ...], latest: float) -> LargestRevision | None:
        """Return the largest revision of a series, a tuple of ``SERIES``.

        A series with one vintage has that of comparable series: economies' figures in its unit of the order of magnitude
        of ``latest`` or larger, and of money from a billion where its unit has no revision. None where no figure moved.
        """
        if (own := self._own.get(series)) is not None:
            return LargestRevision(own, OWN)
        size = np.floor(np.log10(abs(latest))) if latest else -np.inf
        for unit, smallest in ((series[SERIES.index("unit")], size), _MOST_REVISED):
            alike = self._levels[(self._levels["unit"] == unit) & (self._levels["magnitude"] >= smallest)]
            if len(alike):
                return LargestRevision(max(LEAST_COMPARABLE, float(alike["share"].max())), COMPARABLE)
        return None
