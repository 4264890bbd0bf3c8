"""United Kingdom's Office for National Statistics (ONS): services by partner and type, quarterly, in million pounds."""

import re
from collections.abc import Iterator, Mapping, Sequence
from html import unescape
from typing import Any

from orchestration.contracts.observation import Balance, Observations
from orchestration.contracts.payload import Answer, Payload
from orchestration.contracts.raw_table import Parsed, Record, columns, tabulate
from orchestration.contracts.source import Card, Feed, Pace, Resource
from orchestration.core.errors import PayloadError
from orchestration.formats.archives import cell_text, sheet_cells
from orchestration.formats.pointers import cell_pointer

_SITE = "https://www.ons.gov.uk"
_DATASET = (
    "/businessindustryandtrade/internationaltrade/datasets/"
    "uktradeinservicesservicetypebypartnercountrynonseasonallyadjusted"
)
CARD = Card(
    id="ons",
    publisher="Office for National Statistics (United Kingdom)",
    homepage=_SITE + _DATASET,
    licence="Open Government Licence v3.0",
    citation="Office for National Statistics, UK trade in services: service type by partner country, "
    "non-seasonally adjusted",
    cadence="quarterly, at the end of January, April, July and October",
    cycle_months=3,
    timezone="Europe/London",
    change_signal="hash of the workbook that the publisher's page links",
    limits="no API has this table; its page links one workbook",
    pace=Pace(seconds_between=1.0),
    release_months=(1, 4, 7, 10),
)

RESOURCES = (
    Resource("services_by_partner", "services of the United Kingdom by partner, type and quarter", vintage_basis=None),
)


TABLES = {
    "bilateral_services": columns(
        "direction string, service_type_code string, service_type string, country_code string, country string, "
        "year int32, annual string?, q1 string?, q2 string?, q3 string?, q4 string?"
    )
}
OBSERVATIONS = {
    "bilateral_services": Observations(
        measure="direction",
        area="'GBR'",
        counterpart="country_code",
        item="service_type_code",
        year="year",
        value="1000000 * coalesce(try_cast(annual as double), "
        # a dash means less than half a million; every other mark means that the figure is missing
        + " + ".join(f"case q{part} when '-' then 0 else try_cast(q{part} as double) end" for part in range(1, 5))
        + ")",
        balances=(Balance("item", "0", tuple(map(str, range(1, 13))), rounding=30_000_000),),
    )
}
_LINK = re.compile(
    rf"""href\s*=\s*["'](?:{re.escape(_SITE)})?/file\?uri=({_DATASET}/current/[^"'/]+\.xlsx)["']""", re.IGNORECASE
)
_LABELS = ("direction", "service_type_code", "service_type", "country_code", "country")
_PARTS = ("annual", "q1", "q2", "q3", "q4")
_PERIOD = re.compile(r"((?:19|20)[0-9]{2})(?:\.0)?(?: ?(Q[1-4]))?")
_FORMS = {
    "direction": re.compile("Exports|Imports"),
    "service_type_code": re.compile(r"[0-9]{1,2}(\.N?[0-9]+)*"),
    "country_code": re.compile("[A-Z0-9]{2,3}"),
}
_MARKS = ("..", "C", "c", "[c]", "-", "[x]")
"""Suppressed (four ways of writing it over the years), nil or less than half a million, not available."""


def fetch(resource: Resource, feed: Feed) -> Iterator[Answer]:
    """Yield the newest workbook that the data set's page links."""
    page = feed.get(CARD, resource, CARD.homepage, headers={"Accept": "text/html"})
    link = next(map(unescape, _LINK.findall(page.read().decode("utf-8", "replace"))), None)
    if link is None:
        remedy = "open the page in a browser; if the publisher moved the file, change the source module"
        raise page.error("the page links no .xlsx file of this data set", remedy=remedy)
    yield feed.get(CARD, resource, f"{_SITE}/file", params={"uri": link})


def parse(payload: Payload) -> Iterator[Parsed]:
    """Yield ``bilateral_services``: a row per direction, type, partner and year, with its cells as text.

    A year without its own column and all four quarters is left out. The vintage is the publisher's date on the card,
    else the day of the file.
    """
    try:
        sheet = "Sheet 1. Time Series"
        cells = sheet_cells(payload, sheet)
    except PayloadError:
        sheet = "Time Series"  # its older name
        cells = sheet_cells(payload, sheet)
    head = next((number for number, row in enumerate(cells) if cell_text(row[0]) == "Direction"), None)
    if head is None:
        raise payload.error("no header that begins with 'Direction' in the first column", row=sheet)
    years = _years(payload, sheet, head, cells[head])
    table, key = "bilateral_services", ("direction", "service_type_code", "country_code", "year")
    yield tabulate(payload, table, TABLES[table], payload.dated, _records(payload, sheet, head, cells, years), key=key)


def _years(payload: Payload, sheet: str, head: int, header: Sequence[Any]) -> dict[int, dict[str, int]]:
    """Return the columns, ``annual`` and ``q1`` to ``q4``, of each year with all quarters or its own column."""
    years: dict[int, dict[str, int]] = {}
    for column, cell in enumerate(header[len(_LABELS) :], len(_LABELS)):
        if cell is None:
            continue
        period = _PERIOD.fullmatch(cell_text(cell))
        part = (period[2] or "annual").lower() if period else ""
        if period is None or part in years.setdefault(int(period[1]), {}):
            raise payload.error(
                f"{cell!r} in the header; each column must be another year or quarter, such as 2021Q4",
                row=cell_pointer(sheet, head, column),
            )
        years[int(period[1])][part] = column
    return {year: parts for year, parts in sorted(years.items()) if "annual" in parts or parts.keys() >= {*_PARTS[1:]}}


def _records(
    payload: Payload, sheet: str, head: int, cells: Sequence[Sequence[Any]], years: Mapping[int, Mapping[str, int]]
) -> Iterator[Record]:
    for number in range(head + 1, len(cells)):
        row = [*cells[number], *[None] * len(cells[head])]
        labels = dict(zip(_LABELS, map(cell_text, row), strict=False))
        _, *others = labels.values()
        if not any(others):
            continue  # a note below the table
        for name, form in _FORMS.items():
            if not form.fullmatch(labels[name]):
                place = cell_pointer(sheet, number, _LABELS.index(name))
                raise payload.error(f"{name} is {labels[name]!r}; it must match {form.pattern}", row=place)
        for year, parts in years.items():
            figures = {part: _figure(payload, sheet, number, column, row[column]) for part, column in parts.items()}
            record = {**dict.fromkeys(_PARTS), **labels, "year": year, **figures}
            yield _places(sheet, number, parts, is_annual=figures.get("annual") not in (None, *_MARKS)), record


def _places(sheet: str, number: int, parts: Mapping[str, int], *, is_annual: bool) -> str:
    """Return the cell of the year's own figure where there is one, else those of its quarters."""
    columns_used = [parts["annual"]] if is_annual or "q1" not in parts else [parts["q1"], parts["q4"]]
    first, *last = (cell_pointer(sheet, number, column) for column in columns_used)
    return ":".join([first, *(place.rpartition("!")[2] for place in last)])


def _figure(payload: Payload, sheet: str, number: int, column: int, cell: Any) -> str | None:
    """Return a figure or mark as text; None for an empty cell."""
    text = cell_text(cell)
    if text and text not in _MARKS and (isinstance(cell, bool) or not isinstance(cell, int | float)):
        raise payload.error(
            f"{cell!r} is neither a number nor one of the marks {_MARKS}", row=cell_pointer(sheet, number, column)
        )
    return text or None
