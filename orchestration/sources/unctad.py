"""UNCTAD, digitally deliverable services, as the World Bank's Data360 API hands them on. No unit or code is translated here."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pyarrow as pa

from orchestration.contract import Answer, Card, Feed, Parsed, Payload, Reject, Resource, require_columns, tabulate
from orchestration.errors import PayloadError
from orchestration.wire.json import strict_json

CARD = Card(
    id="unctad",
    publisher="UN Trade and Development (UNCTAD)",
    homepage="https://unctadstat.unctad.org",
    licence="CC BY 4.0, as the compiler of the bundle states; the terms of UNCTAD and World Bank Data360 apply to live answers",
    citation="UN Trade and Development (UNCTAD), Digital economy: international trade in digitally-deliverable "
    "services, annual. Figures are UNCTAD's, reached through World Bank Data360, database UNCTAD_DE.",
    cadence="once a year",
    timezone="Europe/Zurich",
    change_signal="none in the answer: the bytes themselves",
    limits="1,000 rows in an answer",
)

RESOURCES = (
    Resource(
        "digitally_deliverable_exports",
        "international exports of digitally deliverable services",
        {"indicator": "UNCTAD_DE_DIG_SERVTRADE_ANN_EXP"},
    ),
    Resource(
        "digitally_deliverable_imports",
        "international imports of digitally deliverable services",
        {"indicator": "UNCTAD_DE_DIG_SERVTRADE_ANN_IMP"},
    ),
)

_URL = "https://data360api.worldbank.org/data360/data"
_DATABASE = "UNCTAD_DE"
_PER_ANSWER = 1_000
_MOST_ROWS = 1_000_000
"""Forty times what there is; an answer that announces more is not believed, or it would be asked for without end."""

_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_UNSPLIT = {
    "SEX": "_T",
    "AGE": "_T",
    "URBANISATION": "_T",
    "COMP_BREAKDOWN_1": "_Z",
    "COMP_BREAKDOWN_2": "_Z",
    "COMP_BREAKDOWN_3": "_Z",
    "FREQ": "A",
    "UNIT_MEASURE": "USD",
}
"""What every row must say in the dimensions that these indicators do not use, and in frequency and unit."""


def fetch(resource: Resource, feed: Feed) -> Iterator[Answer]:
    """Every answer of one indicator, a thousand rows at a time.

    A first answer without a count is passed on alone: it lands, and ``parse`` says what is wrong with it.
    """
    first = _answer(resource, feed, 0)
    yield first
    for skip in range(_PER_ANSWER, _rows_announced(first.read()), _PER_ANSWER):
        yield _answer(resource, feed, skip)


def parse(payload: Payload) -> Iterator[Parsed]:
    """Rows of one answer. The answer carries no date of its own, so that the vintage is the origin card's.

    Raises:
        PayloadError: an error answer, an answer to another question, an answer that is not whole, or a row given twice.
    """
    rows = _rows(payload)
    vintage = payload.origin.publisher_last_updated or payload.origin.fetched_at.date()
    readable: list[tuple[str, dict[str, Any]]] = []
    rejects: list[Reject] = []
    for pointer, row in _records(payload, rows):
        if row["OBS_VALUE"] in (None, "") or _NUMBER.fullmatch(str(row["OBS_VALUE"])):
            readable.append((pointer, row))
        else:
            rejects.append(Reject(pointer, repr(row)[:2000], f"OBS_VALUE is no number: {row['OBS_VALUE']!r}"[:300]))
    parsed = tabulate("indicators", TABLES["indicators"], vintage, readable)
    yield replace(parsed, rejects=(*parsed.rejects, *rejects))


TABLES: Mapping[str, pa.Schema] = {
    "indicators": pa.schema(
        [
            pa.field("OBS_VALUE", pa.string()),
            pa.field("TIME_FORMAT", pa.string()),
            pa.field("UNIT_MULT", pa.int32(), nullable=False),
            pa.field("COMMENT_OBS", pa.string()),
            pa.field("OBS_STATUS", pa.string(), nullable=False),
            pa.field("OBS_CONF", pa.string()),
            pa.field("AGG_METHOD", pa.string()),
            pa.field("DECIMALS", pa.string()),
            pa.field("COMMENT_TS", pa.string()),
            pa.field("DATA_SOURCE", pa.string()),
            pa.field("LATEST_DATA", pa.bool_()),
            pa.field("DATABASE_ID", pa.string(), nullable=False),
            pa.field("INDICATOR", pa.string(), nullable=False),
            pa.field("REF_AREA", pa.string(), nullable=False),
            pa.field("SEX", pa.string(), nullable=False),
            pa.field("AGE", pa.string(), nullable=False),
            pa.field("URBANISATION", pa.string(), nullable=False),
            pa.field("COMP_BREAKDOWN_1", pa.string(), nullable=False),
            pa.field("COMP_BREAKDOWN_2", pa.string(), nullable=False),
            pa.field("COMP_BREAKDOWN_3", pa.string(), nullable=False),
            pa.field("TIME_PERIOD", pa.string(), nullable=False),
            pa.field("FREQ", pa.string(), nullable=False),
            pa.field("UNIT_MEASURE", pa.string(), nullable=False),
            pa.field("UNIT_TYPE", pa.string()),
        ]
    )
}


def _answer(resource: Resource, feed: Feed, skip: int) -> Answer:
    params = {"DATABASE_ID": _DATABASE, "INDICATOR": resource.ask["indicator"], "skip": str(skip)}
    return feed.get(CARD, resource, _URL, params=params)


def _rows_announced(body: bytes) -> int:
    """How many rows an answer announces; 0 when it is no proper answer at all."""
    try:
        count = int(strict_json(body, PayloadError)["count"])
    except (PayloadError, ValueError, TypeError, LookupError):
        return 0
    return count if count <= _MOST_ROWS else 0


def _rows(payload: Payload) -> list[Any]:
    content = strict_json(payload.read(), payload.error)
    if not isinstance(content, dict) or not isinstance(content.get("value"), list):
        raise payload.error(f"an answer is a count and a list of rows; seen {str(content)[:200]!r}")
    require_columns(payload, content, ("count", "value"))
    count = content["count"]
    rows: list[Any] = content["value"]
    if not isinstance(count, int) or isinstance(count, bool) or not 1 <= count <= _MOST_ROWS:
        raise payload.error(
            f"the count of rows is a positive whole number, at most {_MOST_ROWS}; seen {count!r}", row="/count"
        )
    skip = int(payload.origin.parameters["skip"])
    expected = min(_PER_ANSWER, count - skip)
    if len(rows) != expected:
        raise payload.error(f"after {skip} of {count} rows come {expected}; seen {len(rows)}", row="/value")
    return rows


def _records(payload: Payload, rows: list[Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    asked = {key: payload.origin.parameters[key] for key in ("DATABASE_ID", "INDICATOR")}
    seen: set[tuple[str, str]] = set()
    for number, row in enumerate(rows):
        pointer = f"/value/{number}"
        if not isinstance(row, dict):
            raise payload.error(f"a row is an object; seen {row!r}"[:300], row=pointer)
        require_columns(payload, row, TABLES["indicators"].names, row=pointer)
        _check_row(payload, row, asked, pointer)
        key = (str(row["REF_AREA"]), str(row["TIME_PERIOD"]))
        if key in seen:
            raise payload.error(f"an area and year stand once in an answer; seen twice: {key}", row=pointer)
        seen.add(key)
        yield pointer, {**row, "UNIT_MULT": _as_whole(row["UNIT_MULT"])}


def _check_row(payload: Payload, row: Mapping[str, Any], asked: Mapping[str, str], pointer: str) -> None:
    """A row of what was asked, over all persons and places, by year, in US dollars, with a figure that is a number."""
    for name, expected in {**asked, **_UNSPLIT}.items():
        if row[name] != expected:
            raise payload.error(f"{name} is {expected}; seen {row[name]!r}", row=f"{pointer}/{name}")
    if not re.fullmatch(r"[0-9]{4}", str(row["TIME_PERIOD"])):
        raise payload.error(f"a period is a year; seen {row['TIME_PERIOD']!r}", row=f"{pointer}/TIME_PERIOD")


def _as_whole(value: Any) -> Any:
    """Data360 writes the power of ten as a number or as text, by database; anything else is left for the schema to refuse."""
    return int(value) if isinstance(value, str) and re.fullmatch(r"[0-9]{1,2}", value) else value
