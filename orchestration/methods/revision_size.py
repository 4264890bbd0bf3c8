"""The largest revision of each series between the vintages held, the measure of how far an unheld vintage may have lain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

SERIES = ("metric_id", "measure", "area", "counterpart_area", "item", "clock", "authority", "unit", "source", "basis")
"""Columns that the figures of one series share over all its years and vintages."""
METRIC_OF_SOURCE = ("metric_id", "source")

OWN = "series"
KIN = "metric_of_source"

_ROUNDING = 1e-9
"""Share of a figure below which a difference between vintages is one of floating point numbers."""


@dataclass(frozen=True)
class LargestRevision:
    """How far an older vintage lay from a newer one at most, as a share of the newer; ``scope`` is of what."""

    share: float
    scope: str


class RevisionSizes:
    """The largest revisions of all series of a frame of figures."""

    def __init__(self, figures: pd.DataFrame) -> None:
        """Measure every series; ``figures`` has the columns ``SERIES``, year, vintage and value, one row a figure."""
        frame = figures.loc[figures["value"].notna(), [*SERIES, "year", "vintage", "value"]]
        frame = frame.sort_values("vintage", kind="stable").astype({"value": "float64"})
        newer = frame["value"]
        one_figure = frame.groupby([*SERIES, "year"], sort=False).ngroup()
        lowest = newer.groupby(one_figure).cummin().groupby(one_figure).shift()
        highest = newer.groupby(one_figure).cummax().groupby(one_figure).shift()
        moved = pd.concat([(highest - newer).abs(), (newer - lowest).abs()], axis=1).max(axis=1)
        frame = frame.assign(share=(moved / newer.abs()).where(newer != 0)).dropna(subset=["share"])
        self._own = _largest(frame, SERIES)
        self._kin = _largest(frame, METRIC_OF_SOURCE)

    def of(self, series: tuple[str, ...]) -> LargestRevision | None:
        """The largest revision of a series, a tuple of ``SERIES``; that of its metric and source where it has one vintage.

        None where these have one vintage too, so that nothing is known of how far they move.
        """
        if (own := self._own.get(series)) is not None:
            return LargestRevision(own, OWN)
        kin = self._kin.get(tuple(series[SERIES.index(name)] for name in METRIC_OF_SOURCE))
        return None if kin is None else LargestRevision(kin, KIN)


def _largest(frame: pd.DataFrame, columns: Sequence[str]) -> dict[tuple[str, ...], float]:
    largest = frame.groupby(list(columns), sort=False)["share"].max()
    return {
        tuple(map(str, key)): 0.0 if share < _ROUNDING else float(share)
        for key, share in zip(largest.index.to_list(), largest.to_list(), strict=True)
    }
