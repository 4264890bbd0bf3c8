"""Patents that US inventors share with a partner country, counted from PatentsView by PatentWorld; patent-level tables do not belong here."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date
from typing import Any

import pyarrow as pa

from orchestration.contracts.payload import Answer, Payload
from orchestration.contracts.raw_table import Parsed, require_columns, tabulate
from orchestration.contracts.source import Card, Feed, Resource
from orchestration.formats.strict_json import strict_json

CARD = Card(
    id="patentsview",
    publisher="PatentsView (United States Patent and Trademark Office)",
    homepage="https://patentsview.org",
    licence="PatentsView data are CC BY 4.0; PatentWorld's repository states no licence of its own",
    citation="PatentsView (www.patentsview.org), USPTO; counted by PatentWorld (patentworld.com)",
    cadence="PatentsView quarterly; the counts are pinned to one commit of PatentWorld",
    timezone="America/New_York",
    change_signal="the pinned commit in the address; sha256 of the body",
    limits="two small files; the patent-level tables behind them allow 20 downloads per file, key and year",
)

_COMMIT = "https://raw.githubusercontent.com/romkhun/patentworld/207d4eb9614c5fe12db837b7902e2bedb6abfa6f"

RESOURCES = (
    Resource(
        "co_invention_rates",
        "US patents with an inventor in the United States and one in a partner country, by grant year",
        {"url": f"{_COMMIT}/public/data/chapter6/co_invention_rates.json"},
    ),
    Resource(
        "co_invention_us_china_by_section",
        "US patents with an inventor in the United States and one in China, by first CPC section and grant year",
        {"url": f"{_COMMIT}/public/data/chapter6/co_invention_us_china_by_section.json"},
    ),
)


def fetch(resource: Resource, feed: Feed) -> Iterator[Answer]:
    """One GET per resource, at an address that names the commit."""
    yield feed.get(CARD, resource, resource.ask["url"])


def parse(payload: Payload) -> Iterator[Parsed]:
    """Rows of one file as they stand, in patents granted (whole counts).

    The vintage is the PatentsView release behind the pinned commit: the files carry no date of their own.

    Raises:
        PayloadError: not a list of flat objects with the known keys; unknown partners or sections; years outside the
            release; a pair twice; joint patents above all patents of US inventors, or a rate that is not their ratio.
    """
    rows = _rows(payload)
    if payload.origin.resource == "co_invention_rates":
        _check_rates(payload, rows)
    else:
        _check_sections(payload, rows)
    records = ((f"/{index}", row) for index, row in enumerate(rows))
    yield tabulate("co_inventions", TABLES["co_inventions"], _RELEASE, records)


TABLES: dict[str, pa.Schema] = {
    "co_inventions": pa.schema(
        [
            pa.field("year", pa.int32(), nullable=False),
            pa.field("partner", pa.string()),
            pa.field("section", pa.string()),
            pa.field("co_count", pa.int64()),
            pa.field("us_patents", pa.int64()),
            pa.field("co_invention_rate", pa.float64()),
            pa.field("us_cn_count", pa.int64()),
        ]
    ),
}

_RELEASE = date(2025, 9, 30)
_PARTNERS = ("China", "Japan", "South Korea", "Germany", "United Kingdom", "India")
_SECTIONS = ("A", "B", "C", "G", "H")
_RATE_KEYS = ("year", "partner", "co_count", "us_patents", "co_invention_rate")
_SECTION_KEYS = ("year", "section", "us_cn_count")
_RATE_ROUNDING = 0.0005 + 1e-9
"""Half of the last printed digit of a rate in percent, and room for the binary fraction."""


def _rows(payload: Payload) -> list[dict[str, Any]]:
    body = strict_json(payload.read(), payload.error)
    if not isinstance(body, list) or not body:
        raise payload.error(f"the body is a list of rows; seen {str(body)[:200]!r}", row="/")
    for index, row in enumerate(body):
        if not isinstance(row, dict):
            raise payload.error(f"a row is an object; seen {row!r}", row=f"/{index}")
    return body


def _check_rows(
    payload: Payload,
    rows: list[dict[str, Any]],
    keys: tuple[str, ...],
    known: tuple[str, ...],
    first_year: int,
) -> None:
    """Keys, codes and years of every row; the second key is the one with the code."""
    seen: set[tuple[int, str]] = set()
    for index, row in enumerate(rows):
        pointer = f"/{index}"
        require_columns(payload, row, keys, row=pointer)
        year, code = row["year"], row[keys[1]]
        if type(year) is not int or not first_year <= year <= _RELEASE.year:
            raise payload.error(f"years run from {first_year} to {_RELEASE.year}; seen {year!r}", row=pointer)
        if code not in known:
            raise payload.error(f"{keys[1]} is one of {list(known)}; seen {code!r}", row=pointer)
        if (year, code) in seen:
            raise payload.error(f"a year and {keys[1]} stand once; seen {year} {code} again", row=pointer)
        seen.add((year, code))
        for name in keys[2:]:
            if type(row[name]) not in (int, float) or not 0 <= row[name] < math.inf:
                raise payload.error(f"{name} is a number from nought up; seen {row[name]!r}", row=pointer)
            if name != "co_invention_rate" and row[name] != int(row[name]):
                raise payload.error(f"{name} is a whole number of patents; seen {row[name]!r}", row=pointer)
    # a file that was cut short, or filtered, ends before the release does or lacks a code altogether
    if {code for _, code in seen} != set(known) or max(year for year, _ in seen) != _RELEASE.year:
        raise payload.error(f"every {keys[1]} of {list(known)} is there, up to {_RELEASE.year}")


def _check_rates(payload: Payload, rows: list[dict[str, Any]]) -> None:
    _check_rows(payload, rows, _RATE_KEYS, _PARTNERS, 1976)
    per_year: dict[int, int] = {}
    for index, row in enumerate(rows):
        pointer, joint, all_us = f"/{index}", row["co_count"], row["us_patents"]
        if per_year.setdefault(row["year"], all_us) != all_us:
            raise payload.error(
                f"{row['year']} has one number of US patents for all partners; seen {all_us}", row=pointer
            )
        if joint > all_us or all_us == 0:
            raise payload.error(f"joint patents are among the US patents; seen {joint} of {all_us}", row=pointer)
        if abs(row["co_invention_rate"] - 100 * joint / all_us) > _RATE_ROUNDING:
            raise payload.error(
                f"the rate is 100 x {joint} / {all_us} within rounding; seen {row['co_invention_rate']}", row=pointer
            )


def _check_sections(payload: Payload, rows: list[dict[str, Any]]) -> None:
    _check_rows(payload, rows, _SECTION_KEYS, _SECTIONS, 2000)
    counted: dict[int, int] = {}
    for row in rows:
        counted[row["year"]] = counted.get(row["year"], 0) + 1
    short = [year for year in range(2000, _RELEASE.year + 1) if counted.get(year) != len(_SECTIONS)]
    if short:
        raise payload.error(f"every year from 2000 has all sections; not so in {short}")
