"""WIPO: patent statistics by applicant's origin, from exports that a person saves.

The IP Statistics Data Center gives one export for one indicator, in two layouts: all offices together (a row per origin
and type of count), and by office (a row per office and origin). Indicators of PCT applications have the first one."""

import calendar
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from orchestration.contracts.observation import Balance, Observations
from orchestration.contracts.payload import Answer, Payload
from orchestration.contracts.raw_table import Parsed, column_offence, columns, tabulate
from orchestration.contracts.source import Card, Feed, Resource
from orchestration.formats.delimited import csv_lines, number_or_text
from orchestration.formats.dropped_files import beginning, recognised_files

CARD = Card(
    id="wipo",
    publisher="World Intellectual Property Organization (WIPO)",
    homepage="https://www.wipo.int/en/web/ip-statistics",
    licence="WIPO terms of use: data sets may not be republished or resold; "
    "publications are CC BY with acknowledgement",
    citation="WIPO Statistics Database",
    cadence="figures of a filing year first appear in February or March of the next year; "
    "the data centre follows monthly",
    timezone="Europe/Zurich",
    change_signal="sha256 of the saved export and its line 'Last updated: <month> <year>'",
    limits="no API and no bulk file for PCT counts; a person saves the export with the CSV button",
    release_months=(3,),
    by_hand=True,
)

_ALL_ROUTES = "(direct and PCT national phase entries)"
RESOURCES = tuple(
    Resource(key, title, {"right": "PCT" if key == "pct_applications" else "Patent", "indicator": indicator})
    for key, title, indicator in (
        (
            "pct_applications",
            "PCT applications by applicant's origin and filing year",
            "PCT applications by filing date",
        ),
        (
            "patent_applications",
            "patent applications by applicant's origin",
            f"1 - Total patent applications {_ALL_ROUTES}",
        ),
        ("direct_applications", "direct patent applications by origin", "1a- Direct applications"),
        ("pct_national_phase_entries", "PCT entries by origin", "1b- PCT national phase entries"),
        ("patent_grants", "patent grants by applicant's origin", f"2 - Total patent grants {_ALL_ROUTES}"),
        ("direct_grants", "grants of direct applications by origin", "2a- Grant for direct applications"),
        (
            "pct_national_phase_grants",
            "grants of PCT national phase entries by origin",
            "2b- Grant for PCT national phase entries",
        ),
        (
            "foreign_oriented_families",
            "foreign-oriented patent families by origin and office",
            "8 - Foreign-oriented patent family by origin and destination office",
        ),
    )
)


def fetch(resource: Resource, feed: Feed) -> Iterator[Answer]:
    """Yield the saved exports of ``resource``, recognised by right and indicator."""
    yield from recognised_files(
        CARD,
        resource,
        feed,
        _about,
        expected="the right and the indicator of a table above its header",
        remedy=f"open https://www3.wipo.int/ipstats/ , choose the tab {resource.ask['right']}, the indicator "
        f"{resource.ask['indicator']!r}, years and origins, press CSV",
    )


def _about(answer: Answer) -> str | None:
    """Return the resource whose right and indicator are in the preamble of an export."""
    seen = _preamble(beginning(answer, _PREAMBLE_SIZE))
    return next((item.key for item in RESOURCES if [item.ask["right"], item.ask["indicator"]] == seen), None)


def _preamble(head: bytes) -> list[str]:
    """Return the right and the indicator at the beginning of an export; empty where there is none."""
    text = head.decode("utf-8-sig", "replace")
    matches = (pattern.search(text) for pattern in (_RIGHT, _INDICATOR))
    return [match[1].strip().strip('"') if match else "" for match in matches]


def parse(payload: Payload) -> Iterator[Parsed]:
    """Unpivot one export: a row per year of each of its rows, in documents.

    The layout is that of the IP Statistics Data Center: a preamble (right, indicator, month of the last update), a
    header line, a column per year, and one empty cell after each row.
    """
    ask = next(resource.ask for resource in RESOURCES if resource.key == payload.origin.resource)
    vintage = _vintage(payload, ask)
    lines = list(csv_lines(payload).values())
    layouts = {"Origin": _PCT} if ask["right"] == "PCT" else {"Origin": _BY_ORIGIN, "Office": _BY_OFFICE}
    head = next((index for index, cells in enumerate(lines) if cells and cells[0] in layouts), None)
    if head is None:
        raise payload.error(f"no header line that begins with {' or '.join(layouts)}")
    layout = layouts[lines[head][0]]
    years = _years(payload, lines[head], head, vintage, layout)
    rows = [(number, cells) for number, cells in enumerate(lines[head + 1 :], head + 2) if any(cells)]
    if not rows:
        raise payload.error("no origin in the export", row=f"line {head + 1}")
    fixed = {"indicator": ask["indicator"]}
    records = ((place, {**fixed, **record}) for place, record in _records(payload, layout, lines[head], years, rows))
    key = [name for name in ("office", "origin", "type", "year") if name in TABLES[layout.table].names]
    yield tabulate(payload, layout.table, TABLES[layout.table], vintage, records, key=key)


TABLES = {
    "patent_counts": columns("indicator string, origin string, origin_code string?, year int32, value int64?"),
    "patent_filings": columns(
        "indicator string, office string, office_code string?, origin string, origin_code string?, type "
        "string, year int32, value int64?"
    ),
}
OBSERVATIONS = {
    "patent_counts": Observations(area="coalesce(nullif(origin_code, ''), origin)", restates=False),
    "patent_filings": Observations(
        area="coalesce(nullif(origin_code, ''), origin)",
        counterpart="coalesce(nullif(office_code, ''), office)",
        item="type",
        balances=(
            Balance("item", "Total", ("Resident", "Abroad")),
            Balance("measure", "patent_applications", ("direct_applications", "pct_national_phase_entries")),
            Balance("measure", "patent_grants", ("direct_grants", "pct_national_phase_grants")),
        ),
    ),
}


@dataclass(frozen=True)
class _Layout:
    """A layout of the data centre: its raw table, the columns that it must have, and its types of count."""

    table: str
    required: tuple[str, ...]
    types: tuple[str, ...]


_TOTAL = "Total"
_OFFICE = ("Office", "Office (Code)")
_TYPES = (_TOTAL, "Resident", "Abroad", "Total (equivalent count)", "Abroad (equivalent count)")
_PCT = _Layout("patent_counts", ("Origin", "Origin (Code)"), (_TOTAL, ""))
_BY_ORIGIN = _Layout("patent_filings", ("Origin", "Origin (Code)", "Type"), _TYPES)
_BY_OFFICE = _Layout("patent_filings", (*_OFFICE, "Origin"), (_TOTAL,))
_PREAMBLE_SIZE = 4_096
_WORLD = "World"
_MONTHS = {name: number for number, name in enumerate(calendar.month_name) if name}
_UPDATED = re.compile(r"Last updated: ([A-Z][a-z]+) ([0-9]{4})")
_INDICATOR = re.compile(r"Indicator ?: ?(.+)")
_RIGHT = re.compile(r"Intellectual property right ?: ?(.+)")


def _vintage(payload: Payload, ask: Mapping[str, str]) -> date:
    """Return the day of publication on the origin card, else the first of the month in the export."""
    head = payload.read()[:_PREAMBLE_SIZE]
    if (seen := _preamble(head)) != [ask["right"], ask["indicator"]]:
        raise payload.error(f"right and indicator are {seen}; they must be {[ask['right'], ask['indicator']]}")
    match = _UPDATED.search(head.decode("utf-8", "replace"))
    if not match or match[1] not in _MONTHS:
        raise payload.error(f"last update is {match and match[0]!r}; it must be an English month and a year")
    stated = date(int(match[2]), _MONTHS[match[1]], 1)
    return payload.origin.publisher_last_updated or stated


def _years(payload: Payload, header: list[str], index: int, vintage: date, layout: _Layout) -> list[tuple[int, int]]:
    """Return (position, year) of every year column; every other column must be a known one."""
    years = [(position, int(name)) for position, name in enumerate(header) if re.fullmatch("[0-9]{4}", name)]
    others = [name for name in header if name and not re.fullmatch("[0-9]{4}", name)]
    row = f"line {index + 1}"
    unknown = [name for name in others if name not in (*layout.required, *_OFFICE, "Type")]
    missing = [name for name in layout.required if name not in others]
    if unknown or missing or len(set(others)) != len(others):
        raise payload.error(column_offence(missing, unknown, layout.required), row=row)
    labels = [year for _, year in years]
    if not labels or labels != [year for year in sorted(set(labels)) if year <= vintage.year]:
        failure = f"years of the header are {labels}; they must rise, to {vintage.year} at the latest"
        raise payload.error(failure, row=row)
    return years


def _records(
    payload: Payload,
    layout: _Layout,
    header: list[str],
    years: list[tuple[int, int]],
    rows: list[tuple[int, list[str]]],
) -> Iterator[tuple[str, dict[str, object]]]:
    width = max(position for position, name in enumerate(header) if name) + 1
    for number, cells in rows:
        row = f"line {number}"
        if len(cells) < width or any(cells[width:]):
            raise payload.error(f"{len(cells)} cells in a row; it must have {width} and nothing after them", row=row)
        labels = _labels(payload, layout, dict(zip(header, (cell.strip() for cell in cells), strict=False)), row)
        for position, year in years:
            yield (
                f"{row} column {position + 1}",
                {**labels, "year": year, "value": number_or_text(cells[position], int)},
            )


def _labels(payload: Payload, layout: _Layout, named: Mapping[str, str], row: str) -> dict[str, object]:
    """Return office, origin and type of count of a row, checked."""
    for column in _OFFICE:
        if column not in layout.required and named.get(column, _TOTAL) not in (_TOTAL, ""):
            raise payload.error(
                f"{column} is {named[column]!r}; it must be Total, since counts are of all offices", row=row
            )
    kind = named.get("Type", _TOTAL)
    if kind not in layout.types:
        raise payload.error(f"Type is {kind!r}; it must be {' or '.join(filter(None, layout.types))}", row=row)
    for column in layout.required:
        name = named.get(column.removesuffix(" (Code)"))
        if column.endswith("(Code)") and name != _WORLD and not re.fullmatch(r"[A-Z]{2}", named[column]):
            raise payload.error(
                f"{column} of {name!r} is {named[column]!r}; it must have two letters (WIPO ST.3)", row=row
            )
    return {
        "office": named.get("Office") or _TOTAL,
        "office_code": named.get("Office (Code)", "").removeprefix(_TOTAL) or None,
        "origin": named["Origin"] or None,
        "origin_code": named.get("Origin (Code)") or None,
        "type": kind or _TOTAL,
    }
