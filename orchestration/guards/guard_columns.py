"""Columns that a suite may use beside a metric's own: the ratio of a figure to the year before and to the vintage before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orchestration.contracts.metric import COLUMNS, SERIES

if TYPE_CHECKING:
    import pandas as pd

GUARD_COLUMNS = {
    "vintage_year": "the year of the vintage; a year that has not begun by then has no figure yet",
    "change_ratio": "the value divided by the value of the year before in the same series and vintage",
    "vintage_ratio": "the value divided by the same figure in the vintage before",
}
"""What ``with_guard_columns`` adds behind a metric's own columns; a ratio is empty where there is no earlier value."""


def with_guard_columns(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with ``GUARD_COLUMNS`` behind its own; unchanged where it lacks a column of the metric contract.

    The order of rows and their labels remain. A ratio is empty where the earlier value is missing or zero.
    """
    if not set(COLUMNS) <= set(frame.columns):
        return frame
    wide = frame.copy()
    wide["vintage_year"] = frame["vintage"].dt.year
    wide["change_ratio"] = _ratio_to_year_before(frame)
    wide["vintage_ratio"] = _ratio_to_vintage_before(frame)
    return wide


def _ratio_to_year_before(frame: pd.DataFrame) -> pd.Series[float]:
    ordered = _by_series(frame, [*SERIES, "vintage"], "year")
    follows = ordered["series"].eq(ordered["series"].shift()) & ordered["year"].eq(ordered["year"].shift() + 1)
    return _ratio(ordered["value"], ordered["value"].shift().where(follows))


def _ratio_to_vintage_before(frame: pd.DataFrame) -> pd.Series[float]:
    ordered = _by_series(frame, [*SERIES, "year"], "vintage")
    follows = ordered["series"].eq(ordered["series"].shift()) & ordered["vintage"].gt(ordered["vintage"].shift())
    return _ratio(ordered["value"], ordered["value"].shift().where(follows))


def _by_series(frame: pd.DataFrame, key: list[str], along: str) -> pd.DataFrame:
    """The rows with the number of their series, ordered by series and then along a column."""
    series = frame.groupby(key, dropna=False, sort=False).ngroup()
    return frame.assign(series=series).sort_values(["series", along], kind="stable")


def _ratio(value: pd.Series[float], before: pd.Series[float]) -> pd.Series[float]:
    return value / before.where(before != 0)
