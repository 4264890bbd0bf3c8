"""The place of an economy among all economies, and whether the release proves it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import duckdb

from orchestration.catalog.claim_text.reading import Candidate
from orchestration.methods.verdicts import CONFIRMED, CONTRADICTED, NOT_VERIFIABLE
from orchestration.releases.release_store import ALL_VINTAGES

LEAST_ECONOMIES = 40
"""Economies with a figure from which a ranking without a world total counts as complete, if none that is missing was larger."""
_YEARS_BACK = 5


@dataclass(frozen=True)
class Rank:
    """A verdict on a place. ``larger`` names the economies with a larger figure, ``economies`` counts those with one.

    ``runner_up`` is the economy with the largest figure of the others and that figure.
    """

    verdict: str
    place: int | None
    larger: tuple[str, ...]
    economies: int
    is_complete: bool
    source: str | None
    vintage: date | None
    value: float | None = None
    runner_up: tuple[str, float] | None = None


def judge_rank(connection: duckdb.DuckDBPyConnection, claim: Candidate) -> Rank:
    """Return the verdict on a claimed place among economies.

    A place is contradicted when enough economies have a larger figure, whatever is missing. It is confirmed only when no
    economy without a figure can have a larger one: the rest of the world total is smaller, or at least
    ``LEAST_ECONOMIES`` report and none that is missing was larger in the five years before.
    """
    names = ("metric", "measure", "counterpart_area", "item", "clock", "authority", "year")
    figures = connection.execute(
        f"select figures.area, year, value, source, vintage from {ALL_VINTAGES} as figures "
        "left join dim_area as areas on figures.area = areas.area "
        "where metric_id = $metric and measure = $measure and counterpart_area = $counterpart_area and item = $item "
        f"and clock = $clock and authority = $authority and year between $year - {_YEARS_BACK} and $year and is_latest "
        "and base_year is null and value is not null and basis = 'reported' "
        "and (figures.area = 'W00' or coalesce(areas.kind, 'country') = 'country')",
        {name: getattr(claim, name) for name in names},
    ).fetchall()
    own_rows = (row for row in figures if row[:2] == (claim.area, claim.year))
    own = max(own_rows, key=lambda row: (row[4], row[3]), default=None)  # the newest vintage
    if own is None or claim.rank is None:
        return Rank(NOT_VERIFIABLE, None, (), 0, False, None, None)
    of_source = [row for row in figures if row[3] == own[3]]
    of_year = {row[0]: row[2] for row in of_source if row[1] == claim.year}
    world = of_year.pop("W00", None)
    larger = sorted((area for area in of_year if of_year[area] > own[2]), key=lambda area: -of_year[area])
    missing_larger = any(row[0] not in of_year and row[0] != "W00" and row[2] > own[2] for row in of_source)
    is_complete = not missing_larger and (
        world - sum(of_year.values()) < own[2] if world is not None else len(of_year) >= LEAST_ECONOMIES
    )
    place = len(larger) + 1
    if place > claim.rank or (place < claim.rank and is_complete):
        verdict = CONTRADICTED
    else:
        verdict = CONFIRMED if place == claim.rank and is_complete else NOT_VERIFIABLE
    others = ((area, value) for area, value in of_year.items() if area != claim.area)
    runner_up = max(others, key=lambda pair: pair[1], default=None)
    return Rank(verdict, place, tuple(larger), len(of_year), is_complete, own[3], own[4], own[2], runner_up)
