"""UNCTAD: services by category and partner, and digitally deliverable services (bulk files; the latter also through World Bank
Data360). No unit or code is translated here."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from orchestration.contracts.payload import Answer, Payload
from orchestration.contracts.raw_table import Parsed, Reject, iso_date, require_columns, tabulate
from orchestration.contracts.source import Card, Feed, Pace, Resource
from orchestration.core.errors import PayloadError
from orchestration.formats.archives import seven_zip_member
from orchestration.formats.delimited import delimited, header_of
from orchestration.formats.strict_json import strict_json

CARD = Card(
    id="unctad",
    publisher="UN Trade and Development (UNCTAD)",
    homepage="https://unctadstat.unctad.org",
    licence="CC BY 4.0, as the compiler of the bundle states; the terms of UNCTAD and World Bank Data360 apply to live answers",
    citation="UN Trade and Development (UNCTAD), Digital economy: international trade in digitally-deliverable "
    "services, annual, and services by category and trading partner, annual (UNCTADstat). Figures of the bundle are "
    "UNCTAD's, reached through World Bank Data360, database UNCTAD_DE.",
    cadence="once a year",
    timezone="Europe/Zurich",
    change_signal="version and lastUpdated of a report's metadata; none in answers of Data360: the bytes themselves",
    limits="bulk files: none published; Data360: 1,000 rows in an answer",
    pace=Pace(seconds_between=0.5),
)

_BY_PARTNER = Resource(
    "services_by_partner",
    "services by category and trading partner, all economies, annual",
    {"report": "US.TradeServCatByPartner"},
)
_DELIVERABLE = Resource(
    "digitally_deliverable",
    "international trade in digitally deliverable services, all economies, annual",
    {"report": "US.DigitallyDeliverableServices"},
)
RESOURCES: tuple[Resource, ...] = (
    # the compiler's copy of what the second bulk file says
    Resource(
        "digitally_deliverable_exports",
        "international exports of digitally deliverable services",
        {"indicator": "UNCTAD_DE_DIG_SERVTRADE_ANN_EXP"},
        superseded_by=_DELIVERABLE.key,
    ),
    Resource(
        "digitally_deliverable_imports",
        "international imports of digitally deliverable services",
        {"indicator": "UNCTAD_DE_DIG_SERVTRADE_ANN_IMP"},
        superseded_by=_DELIVERABLE.key,
    ),
    _BY_PARTNER,
    _DELIVERABLE,
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


_STAT = "https://unctadstat-api.unctad.org"
_UNPACKED_LIMIT = 16 * 1024**3
"""Bytes; 14.3 million observations by partner take about two thousand million."""

_BULK_TABLES = {_BY_PARTNER.key: "by_partner__bilateral_services", _DELIVERABLE.key: "deliverable__indicators"}
_VALUES = ("US$ at current prices in millions", "Millions of US$ at current prices")
"""What the measure that is kept is called; UNCTADstat has used both names."""

_OTHER_MEASURES = (
    "Percentage of total world",
    "Percentage of total trade in services",
    "Percentage by destination",
    "Growth rate over previous period",
    "Percentage of Gross Domestic Product",
    "US$ at current prices per capita",
)
_SIDES = {"": "Value", " Footnote": "Value_Footnote", " Missing value": "Value_Missing"}
_FLOWS = {"01": "Imports", "02": "Exports"}


def fetch(resource: Resource, feed: Feed) -> Iterator[Answer]:
    """The bulk file of a report, stamped with the report's version; or every answer of one indicator of Data360.

    Raises:
        PayloadError: a report's metadata has no version or date.
    """
    if "report" in resource.ask:
        yield _bulk_file(resource, feed)
    else:
        yield from _pages(resource, feed)


def _bulk_file(resource: Resource, feed: Feed) -> Answer:
    report = resource.ask["report"]
    metadata = feed.get(CARD, resource, f"{_STAT}/api/reportMetadata/{report}/en")
    url = f"{_STAT}/bulkdownload/{report}/{report.replace('.', '_')}"
    return feed.get(CARD, resource, url, stamp=_stamp(metadata))


def _stamp(metadata: Answer) -> str:
    """The publisher's date of the last update and version of a report, as one text that begins with the date."""
    body = metadata.read()
    try:
        content = strict_json(body, PayloadError)
        updated, version = str(content["lastUpdated"]), str(content["version"])
    except (PayloadError, TypeError, LookupError):
        updated, version = "", ""
    if not re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", updated) or version in ("", "None"):
        raise PayloadError(
            f"a report's metadata has a version and lastUpdated, which begins with an ISO date; seen {body[:300]!r}",
            publisher=CARD.publisher,
            payload=f"{CARD.id}/{metadata.origin.resource} {metadata.origin.url}",
            remedy="run the refresh again; if the publisher changed its answers, change the source module",
        )
    return f"{updated} version {version}"


def _pages(resource: Resource, feed: Feed) -> Iterator[Answer]:
    """Every answer of one indicator, a thousand rows at a time.

    A first answer without a count is passed on alone: it lands, and ``parse`` says what is wrong with it.
    """
    first = _answer(resource, feed, 0)
    yield first
    for skip in range(_PER_ANSWER, _rows_announced(first.read()), _PER_ANSWER):
        yield _answer(resource, feed, skip)


def parse(payload: Payload) -> Iterator[Parsed]:
    """Rows of one bulk file, as of the report's last update; or of one answer of Data360, which carries no date of its own,
    so that the vintage is the origin card's.

    Raises:
        PayloadError: an error answer, an answer to another question, an answer that is not whole, a row given twice, a
            damaged or hostile archive, or changed columns or codes.
    """
    if payload.origin.resource in _BULK_TABLES:
        yield _bulk_table(payload)
    else:
        yield _page_table(payload)


def _bulk_table(payload: Payload) -> Parsed:
    """Keys, labels and the figure in millions of US dollars; shares and growth rates stay in landing."""
    table = _BULK_TABLES[payload.origin.resource]
    vintage = iso_date(payload, payload.origin.stamp or "", row="the stamp of the origin card")
    opened = partial(seven_zip_member, payload, "*.csv", limit=_UNPACKED_LIMIT)
    header = header_of(payload, opened)
    names = _names(payload, header, table)
    held = pa.schema([column for column in TABLES[table] if column.name in (*header, *names.values())])
    parsed = delimited(
        payload, table, held, vintage, opened, header=header, names=names, check=partial(_check_bulk, payload)
    )
    return replace(parsed, batches=(_whole(batch, TABLES[table]) for batch in parsed.batches))


def _names(payload: Payload, header: list[str], table: str) -> dict[str, str]:
    """Our column by the publisher's, after refusing a file whose columns are not the known ones."""
    keys = {name.replace("_", " "): name for name in TABLES[table].names if not name.startswith("Value")}
    values = [name for name in _VALUES if name in header]
    known = {*keys, *(measure + side for measure in (*_VALUES, *_OTHER_MEASURES) for side in _SIDES)}
    missing = [name for name in keys if name not in header]
    unexpected = [name for name in header if name not in known]
    if missing or unexpected or len(values) != 1 or len(set(header)) != len(header):
        raise payload.error(
            f"columns are the known ones, each once, with one of {_VALUES}; missing {missing}, "
            f"unexpected {unexpected}, values {values}"[:800],
            row="header",
        )
    return keys | {values[0] + side: name for side, name in _SIDES.items() if values[0] + side in header}


def _check_bulk(payload: Payload, batch: pa.RecordBatch, before: int) -> None:
    """Numbers for economies, and directions whose code and label say the same."""
    economies = [name for name in ("Economy", "Partner") if name in batch.schema.names]
    rules = {name: pc.match_substring_regex(batch.column(name), r"^[0-9]{3,4}$") for name in economies}
    rules["Flow"] = pc.is_in(
        pc.binary_join_element_wise(batch.column("Flow"), batch.column("Flow_Label"), " "),
        value_set=pa.array([f"{code} {label}" for code, label in _FLOWS.items()]),
    )
    for name, fits in rules.items():
        if not pc.all(fits, min_count=0).as_py():
            row = pc.index(fits, False).as_py()
            raise payload.error(
                f"{name} is a known code; seen {batch.column(name)[row].as_py()!r}",
                row=batch.column("payload_pointer")[row].as_py(),
            )


def _whole(batch: pa.RecordBatch, schema: pa.Schema) -> pa.RecordBatch:
    """A batch in the declared schema: a file without footnotes has empty ones."""
    full = schema.append(pa.field("payload_pointer", pa.string(), nullable=False))
    columns = [
        batch.column(column.name) if column.name in batch.schema.names else pa.nulls(batch.num_rows, column.type)
        for column in full
    ]
    return pa.RecordBatch.from_arrays(columns, schema=full)


def _page_table(payload: Payload) -> Parsed:
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
    return replace(parsed, rejects=(*parsed.rejects, *rejects))


_VALUE_FIELDS = (
    pa.field("Value", pa.float64()),
    pa.field("Value_Footnote", pa.string()),
    pa.field("Value_Missing", pa.string()),
)

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
    ),
    "by_partner__bilateral_services": pa.schema(
        [
            pa.field("Year", pa.int32(), nullable=False),
            pa.field("Economy", pa.string(), nullable=False),
            pa.field("Economy_Label", pa.string(), nullable=False),
            pa.field("Partner", pa.string(), nullable=False),
            pa.field("Partner_Label", pa.string(), nullable=False),
            pa.field("Flow", pa.string(), nullable=False),
            pa.field("Flow_Label", pa.string(), nullable=False),
            pa.field("Category", pa.string(), nullable=False),
            pa.field("Category_Label", pa.string(), nullable=False),
            *_VALUE_FIELDS,
        ]
    ),
    "deliverable__indicators": pa.schema(
        [
            pa.field("Year", pa.int32(), nullable=False),
            pa.field("Economy", pa.string(), nullable=False),
            pa.field("Economy_Label", pa.string(), nullable=False),
            pa.field("Flow", pa.string(), nullable=False),
            pa.field("Flow_Label", pa.string(), nullable=False),
            *_VALUE_FIELDS,
        ]
    ),
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
