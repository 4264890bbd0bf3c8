"""PatentsView: patents that US inventors share with a partner country, counted by PatentWorld."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Annotated, Any

import pyarrow as pa
from pydantic import Field

from orchestration.contracts.observation import Observations
from orchestration.contracts.payload import Answer, Payload
from orchestration.contracts.raw_table import Parsed, Record, columns, require_unique, tabulate
from orchestration.contracts.source import Card, Feed, Resource
from orchestration.formats.json_models import numbered, read_part, rows_of

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
    """Yield the file of a resource at the pinned commit."""
    yield feed.get(CARD, resource, resource.ask["url"])


def parse(payload: Payload) -> Iterator[Parsed]:
    """Yield the rows of one file, unmodified, in patents granted (whole counts).

    The vintage is the PatentsView release behind the pinned commit: the files carry no date of their own.
    """
    if payload.origin.resource == "co_invention_rates":
        records = _records(payload, read_part(payload, "", _RATES), "partner")
        _require_complete(payload, records, "partner", _PARTNERS)
        _check_rates(payload, records)
    else:
        records = _records(payload, read_part(payload, "", _COUNTS), "section")
        _require_complete(payload, records, "section", _SECTIONS)
        _require_every_section(payload, records)
    yield tabulate("co_inventions", TABLES["co_inventions"], _RELEASE, records)


TABLES: Mapping[str, pa.Schema] = {
    "co_inventions": columns(
        "year int32, partner string?, section string?, co_count int64?, us_patents int64?, co_invention_rate "
        "double?, us_cn_count int64?"
    )
}
OBSERVATIONS: Mapping[str, Observations] = {
    "co_inventions": Observations(
        area="'USA'",
        area_list=None,
        counterpart="coalesce(partner, 'China')",
        counterpart_list="source",
        item="coalesce(section, '_T')",
        year="year",
        value="coalesce(co_count, us_cn_count)",
    )
}

_RELEASE = date(2025, 9, 30)
_FIRST_SECTION_YEAR = 2000
_PARTNERS = ("China", "Japan", "South Korea", "Germany", "United Kingdom", "India")
_SECTIONS = ("A", "B", "C", "G", "H")
_RATE_ROUNDING = 0.0005 + 1e-9
"""Half of the last printed digit of a rate in percent, and a margin for the binary fraction."""

_Patents = Annotated[int, Field(ge=0)]


def _one_of(codes: tuple[str, ...]) -> Any:
    return Annotated[str, Field(pattern=f"^({'|'.join(codes)})$")]


_TABLE = TABLES["co_inventions"]
_RATES = rows_of(
    _TABLE,
    {
        "year": Annotated[int, Field(ge=1976, le=_RELEASE.year)],
        "partner": _one_of(_PARTNERS),
        "co_count": _Patents,
        "us_patents": _Patents,
        "co_invention_rate": Annotated[float, Field(ge=0)],
    },
    without=["section", "us_cn_count"],
)
_COUNTS = rows_of(
    _TABLE,
    {
        "year": Annotated[int, Field(ge=_FIRST_SECTION_YEAR, le=_RELEASE.year)],
        "section": _one_of(_SECTIONS),
        "us_cn_count": _Patents,
    },
    without=["partner", "co_count", "us_patents", "co_invention_rate"],
)


def _records(payload: Payload, rows: Sequence[Mapping[str, Any]], code: str) -> list[Record]:
    return list(require_unique(payload, numbered(rows, ""), ("year", code)))


def _require_complete(payload: Payload, records: list[Record], name: str, codes: tuple[str, ...]) -> None:
    """Refuse a file that ends before the release or lacks a code."""
    missing = sorted(set(codes) - {row[name] for _, row in records})
    last = max(row["year"] for _, row in records)
    if missing or last != _RELEASE.year:
        raise payload.error(
            f"{name}s missing: {missing}, last year: {last}; a file has every {name} of {list(codes)}, up to {_RELEASE.year}"
        )


def _check_rates(payload: Payload, records: list[Record]) -> None:
    per_year: dict[int, int] = {}
    for pointer, row in records:
        joint, all_us = row["co_count"], row["us_patents"]
        known = per_year.setdefault(row["year"], all_us)
        if known != all_us:
            raise payload.error(
                f"us_patents of {row['year']} is {all_us} and {known}; it must be the same for all partners",
                row=pointer,
            )
        if joint > all_us or all_us == 0:
            raise payload.error(
                f"{joint} joint patents among {all_us} US patents; they must be a part of them", row=pointer
            )
        if abs(row["co_invention_rate"] - 100 * joint / all_us) > _RATE_ROUNDING:
            raise payload.error(
                f"co_invention_rate is {row['co_invention_rate']}; it must be 100 x {joint} / {all_us} within rounding",
                row=pointer,
            )


def _require_every_section(payload: Payload, records: list[Record]) -> None:
    counted = Counter(row["year"] for _, row in records)
    short = [year for year in range(_FIRST_SECTION_YEAR, _RELEASE.year + 1) if counted[year] != len(_SECTIONS)]
    if short:
        raise payload.error(f"sections missing in {short}; every year from {_FIRST_SECTION_YEAR} has all sections")
