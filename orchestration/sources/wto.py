"""WTO Timeseries API: what one economy says it sells to and buys from a partner, by service. Conversions and code maps are staging's."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pyarrow as pa

from orchestration.contract import Answer, Card, Feed, Parsed, Payload, Resource, require_columns, tabulate
from orchestration.errors import PayloadError
from orchestration.wire.json import strict_json

CARD = Card(
    id="wto",
    publisher="World Trade Organization",
    homepage="https://apiportal.wto.org/",
    licence="WTO copyright: excerpts of its databases with the WTO named as the source; see LICENCE.md",
    citation="World Trade Organization, WTO Stats: commercial services by sector and partner (BPM6), annual",
    cadence="yearly, with revisions in April, July and October",
    timezone="Europe/Zurich",
    change_signal="none in the answer; the answer's own bytes are compared",
    limits="500 rows by default in one answer; no published quota",
    key_env="WTO_API_KEY",
)

_PAIRS = (("us_china", "840", "156"),)
_DIRECTIONS = (("exports", "ITS_CS_AX6"), ("imports", "ITS_CS_AM6"))
RESOURCES = tuple(
    Resource(
        f"{pair}_services_{direction}",
        f"services {direction} of {reporter} with {partner} (M49), as the first reports them",
        {"i": indicator, "r": reporter, "p": partner},
    )
    for pair, reporter, partner in _PAIRS
    for direction, indicator in _DIRECTIONS
)

_TEXTS = (
    ("IndicatorCategoryCode", True),
    ("IndicatorCategory", True),
    ("IndicatorCode", False),
    ("Indicator", False),
    ("ReportingEconomyCode", False),
    ("ReportingEconomy", False),
    ("PartnerEconomyCode", False),
    ("PartnerEconomy", False),
    ("ProductOrSectorClassificationCode", False),
    ("ProductOrSectorClassification", True),
    ("ProductOrSectorCode", False),
    ("ProductOrSector", False),
    ("PeriodCode", False),
    ("Period", True),
    ("FrequencyCode", False),
    ("Frequency", True),
    ("UnitCode", False),
    ("Unit", False),
    ("ValueFlagCode", True),
    ("ValueFlag", True),
    ("TextValue", True),
)
TABLES: Mapping[str, pa.Schema] = {
    "bilateral_services": pa.schema(
        [
            *(pa.field(name, pa.string(), nullable=nullable) for name, nullable in _TEXTS),
            pa.field("Year", pa.int32(), nullable=False),
            pa.field("Value", pa.float64()),
        ]
    )
}
_API = "https://api.wto.org/timeseries/v1"
_PAGE = 500
_SECRETS = {"Ocp-Apim-Subscription-Key": "WTO_API_KEY"}
_FIXED = {
    "ProductOrSectorClassificationCode": "BOP6",
    "PeriodCode": "A",
    "FrequencyCode": "A",
    "UnitCode": "USM",
    "Unit": "Million US dollar",
}
_KEY = ("IndicatorCode", "ReportingEconomyCode", "PartnerEconomyCode", "ProductOrSectorCode", "Year")


def fetch(resource: Resource, feed: Feed) -> Iterator[Answer]:
    """Ask how many rows there are, then for all of them, page by page.

    Raises:
        PayloadError: the count cannot be read or is none, or a page is shorter or longer than the count says.
    """
    asked = {**resource.ask, "ps": "all", "pc": "all"}
    expected = _count(feed.get(CARD, resource, f"{_API}/data_count", params=asked, secret_headers=_SECRETS))
    shape = {"fmt": "json", "mode": "full", "dec": "default", "max": str(_PAGE), "head": "H", "lang": "1"}
    seen = 0
    while seen < expected:
        params = {**asked, **shape, "off": str(seen)}
        answer = feed.get(CARD, resource, f"{_API}/data", params=params, secret_headers=_SECRETS)
        rows = len(_dataset(answer.read(), _refusing(answer)))
        if rows != min(_PAGE, expected - seen):
            raise _refusing(answer)(
                f"pages together hold the {expected} rows of data_count, at most {_PAGE} each; "
                f"seen {rows} rows at offset {seen}"
            )
        seen += rows
        yield answer


def parse(payload: Payload) -> Iterator[Parsed]:
    """Rows of one page as ``bilateral_services``, in million US dollars as published.

    The vintage is the publisher's date where the card has one, else the day of the fetch.

    Raises:
        PayloadError: an error answer, changed columns, or rows that were not asked for, repeat, or are in another unit.
    """
    rows = _dataset(payload.read(), payload.error)
    if not rows:
        raise payload.error("a page has rows; seen none", row="/Dataset")
    asked = payload.origin.parameters
    expected = {
        "IndicatorCode": asked["i"],
        "ReportingEconomyCode": asked["r"],
        "PartnerEconomyCode": asked["p"],
        **_FIXED,
    }
    seen: set[tuple[Any, ...]] = set()
    for number, row in enumerate(rows):
        _check(payload, row, expected, seen, f"/Dataset/{number}")
    vintage = payload.origin.publisher_last_updated or payload.origin.fetched_at.date()
    records = ((f"/Dataset/{number}", row) for number, row in enumerate(rows))
    yield tabulate("bilateral_services", TABLES["bilateral_services"], vintage, records)


def _check(
    payload: Payload, row: object, expected: Mapping[str, str], seen: set[tuple[Any, ...]], pointer: str
) -> None:
    if not isinstance(row, dict):
        raise payload.error(f"a row is an object; seen {str(row)[:200]!r}", row=pointer)
    require_columns(payload, row, TABLES["bilateral_services"].names, row=pointer)
    for name, value in expected.items():
        if row[name] != value:
            raise payload.error(f"{name} is {value!r}; seen {row[name]!r}", row=pointer)
    key = tuple(str(row[name]) for name in _KEY)
    if key in seen:
        raise payload.error(f"{', '.join(_KEY)} name one row; repeated: {key}", row=pointer)
    seen.add(key)


def _count(answer: Answer) -> int:
    refuse = _refusing(answer)
    count = strict_json(answer.read(), refuse)
    if not isinstance(count, int) or isinstance(count, bool) or count < 1:
        raise refuse(f"data_count answers with the number of rows, at least 1; seen {str(count)[:200]!r}")
    return count


def _dataset(body: bytes, refuse: Callable[[str], PayloadError]) -> list[Any]:
    content = strict_json(body, refuse)
    rows = content.get("Dataset") if isinstance(content, dict) else None
    if not isinstance(rows, list):
        raise refuse(f"an answer is an object with the list Dataset; seen {str(content)[:300]!r}")
    return rows


def _refusing(answer: Answer) -> Callable[[str], PayloadError]:
    """Errors about an answer that has not landed yet."""
    return lambda rule: PayloadError(
        rule,
        publisher=CARD.publisher,
        payload=f"{CARD.id}/{answer.origin.resource} {answer.origin.url} {dict(answer.origin.parameters)}",
        remedy="run the refresh again; if the publisher changed its answers, change the source module",
    )
