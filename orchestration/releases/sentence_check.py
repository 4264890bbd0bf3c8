"""Judge sentences against the figures of one release, and look further where a figure differs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any

import duckdb
import pandas as pd

from orchestration.catalog.claim_text.economies import EconomyNames
from orchestration.catalog.claim_text.reading import Reading, read_sentence, understood_parts
from orchestration.contracts.unit import units_of_release
from orchestration.methods.claim_audit import COARSEST_ELSEWHERE
from orchestration.methods.verdicts import CONFIRMED, NOT_VERIFIABLE
from orchestration.releases.claim_check import judged
from orchestration.releases.lineage import read_lineage
from orchestration.releases.release_store import ALL_VINTAGES, Release, open_read_only

MOST_SENTENCES = 1_000
"""Sentences that are judged at once; an article has a few hundred."""
_MOST_OF_A_KIND = 2


@dataclass(frozen=True)
class Elsewhere:
    """A figure that the claimed number fits although it is not the one that was claimed; ``kind`` says what differs."""

    kind: str
    metric_id: str
    measure: str
    area: str
    counterpart_area: str
    item: str
    year: int
    value: float
    source: str
    vintage: date


@dataclass(frozen=True)
class Judged:
    """A reading of a sentence; with the audit's row and figures found elsewhere where it is a claim."""

    reading: Reading
    audit: Mapping[str, Any] | None
    elsewhere: tuple[Elsewhere, ...]


def check_sentences(release: Release, sentences: Iterable[str], said_on: date | None = None) -> list[Judged]:
    """What each sentence claims, and the verdict on every claim that was understood whole.

    The rules of the claim audit judge; without ``said_on`` no vintage counts as the one of the time.
    """
    lineage = read_lineage(release)
    with open_read_only(release.database) as connection:
        readings = _readings(connection, sentences, said_on)
        claims = [(number, one.claim) for number, one in enumerate(readings) if one.claim]
        rows: dict[int, dict[str, Any]] = {}
        if claims:
            frame = pd.DataFrame(
                [
                    {"claim_id": f"{number:06}", "said_on": said_on, "needs": None, **_columns(understood_parts(claim))}
                    for number, claim in claims
                ]
            )
            units = units_of_release(connection)
            rows = {int(row["claim_id"]): row for row in judged(connection, lineage, units, frame)}
        return [
            Judged(one, rows.get(number), tuple(_elsewhere(connection, rows[number])) if number in rows else ())
            for number, one in enumerate(readings)
        ]


def read_sentences(release: Release, sentences: Iterable[str], said_on: date | None = None) -> list[Reading]:
    """What each sentence claims, with the economies of a release; nothing is judged."""
    with open_read_only(release.database) as connection:
        return _readings(connection, sentences, said_on)


def _readings(connection: duckdb.DuckDBPyConnection, sentences: Iterable[str], said_on: date | None) -> list[Reading]:
    names = EconomyNames(dict(connection.execute("select area, name from dim_area").fetchall()))
    return [one for text in islice(sentences, MOST_SENTENCES) for one in read_sentence(text, names, said_on)]


def _columns(parts: Mapping[str, Any]) -> dict[str, Any]:
    return {("metric_id" if name == "metric" else name): value for name, value in parts.items()}


def _elsewhere(connection: duckdb.DuckDBPyConnection, row: Mapping[str, Any]) -> list[Elsewhere]:
    """Where else a number that differs fits: another year, economy, direction, scale or vintage, the likeliest first."""
    if row["verdict"] in (CONFIRMED, NOT_VERIFIABLE):
        return []
    fine = row["claimed_value"] != 0 and row["tolerance"] <= COARSEST_ELSEWHERE * abs(row["claimed_value"])
    asked = {name: row[name] for name in (*_KEY, "year", "unit", "claimed_value", "tolerance")} | {"fine": fine}
    cursor = connection.execute(_ELSEWHERE, asked | {"most": _MOST_OF_A_KIND})
    return [Elsewhere(*found) for found in cursor.fetchall()]


_KEY = ("metric_id", "measure", "area", "counterpart_area", "item", "clock", "authority")

_ELSEWHERE = f"""
with
    figures as (
        select figures.*, coalesce(areas.kind, 'country') as kind_of_area
        from {ALL_VINTAGES} as figures
        left join dim_area as areas on figures.area = areas.area
        where
            figures.base_year is null
            and figures.value is not null
            and figures.unit = $unit
            and figures.basis not in ('reconciled', 'balanced')
    ),

    own as (
        select *
        from figures
        where metric_id = $metric_id and measure = $measure and item = $item and clock = $clock and authority = $authority
    ),

    series as (select * from own where area = $area and counterpart_area = $counterpart_area),

    found as (
        select 1 as rank, 'an earlier vintage' as kind, 0 as distance, *
        from series
        where year = $year and not is_latest and abs(value - $claimed_value) <= $tolerance
        union all
        select 2, 'another scale', 0, *
        from series
        where
            year = $year and is_latest and $fine
            and (
                abs(value - $claimed_value * 1000) <= $tolerance * 1000 or abs(value - $claimed_value / 1000) <= $tolerance / 1000
            )
        union all
        select 3, 'the other direction', 0, *
        from own
        where
            year = $year and is_latest and counterpart_area <> 'W00'
            and area = $counterpart_area and counterpart_area = $area and abs(value - $claimed_value) <= $tolerance
        union all
        select 4, 'another measure', 0, *
        from figures
        where
            year = $year and is_latest and $fine and area = $area and counterpart_area = $counterpart_area
            and (metric_id, measure, item) <> ($metric_id, $measure, $item) and abs(value - $claimed_value) <= $tolerance
        union all
        select 5, 'another year', abs(year - $year), *
        from series
        where year <> $year and is_latest and $fine and abs(value - $claimed_value) <= $tolerance
        union all
        select 6, 'another economy', 0, *
        from own
        where
            year = $year and is_latest and $fine and counterpart_area = $counterpart_area and area <> $area
            and kind_of_area = 'country' and abs(value - $claimed_value) <= $tolerance
    )

select kind, metric_id, measure, area, counterpart_area, item, year, value, source, vintage
from found
qualify row_number() over (partition by rank order by distance, abs(value - $claimed_value), metric_id, area, year, source, vintage desc) <= $most
order by rank, distance, abs(value - $claimed_value), metric_id, area, year, source
"""
