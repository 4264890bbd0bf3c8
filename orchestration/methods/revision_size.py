"""The largest revision of each series between vintages: how far a vintage that is not in the warehouse may have differed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

SERIES = ("metric_id", "measure", "area", "counterpart_area", "item", "clock", "authority", "unit", "source", "basis")
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

    def __init__(self, figures: pd.DataFrame) -> None:
        """Measure every series; ``figures`` has the columns ``SERIES``, year, vintage and value, one row a figure."""
        frame = figures.loc[figures["value"].notna(), [*SERIES, "year", "vintage", "value"]]
        frame = frame.sort_values("vintage", kind="stable").astype({"value": "float64"})
        newer = frame["value"]
        figure = frame.groupby([*SERIES, "year"], sort=False).ngroup()
        lowest = newer.groupby(figure).cummin().groupby(figure).shift()
        highest = newer.groupby(figure).cummax().groupby(figure).shift()
        moved = pd.concat([(highest - newer).abs(), (newer - lowest).abs()], axis=1).max(axis=1)
        frame = frame.assign(share=(moved / newer.abs()).where(newer != 0)).dropna(subset=["share"])
        largest = frame.groupby(list(SERIES), sort=False)["share"].max()
        self._own = {tuple(map(str, key)): _rounded(share) for key, share in zip(largest.index, largest, strict=True)}
        is_economy = ~frame["area"].str.contains("_") & (frame["area"] != "W00")
        levels = frame[is_economy & ~frame["metric_id"].isin(NOT_COMPARABLE)]
        magnitudes = levels.assign(magnitude=np.floor(np.log10(levels["value"].abs())))
        by_size = magnitudes.groupby(["unit", "magnitude"], as_index=False)["share"].max()
        self._by_size: list[tuple[str, float, float]] = list(
            zip(by_size["unit"], by_size["magnitude"], by_size["share"], strict=True)
        )

    def of(self, series: tuple[str, ...], latest: float) -> LargestRevision | None:
        """Return the largest revision of a series, a tuple of ``SERIES``.

        A series with one vintage has that of comparable series: economies' figures in its unit of the order of magnitude
        of ``latest`` or larger, and of money from a billion where its unit has no revision. None where no figure moved.
        """
        if (own := self._own.get(series)) is not None:
            return LargestRevision(own, OWN)
        size = float(np.floor(np.log10(abs(latest)))) if latest else -np.inf
        for unit, smallest in ((series[SERIES.index("unit")], size), _MOST_REVISED):
            if (share := self._largest(unit, smallest)) is not None:
                return LargestRevision(max(LEAST_COMPARABLE, share), COMPARABLE)
        return None

    def _largest(self, unit: str, smallest: float) -> float | None:
        shares = [float(share) for of_unit, size, share in self._by_size if of_unit == unit and size >= smallest]
        return max(shares, default=None)


def _rounded(share: float) -> float:
    return 0.0 if share < _ROUNDING else float(share)
