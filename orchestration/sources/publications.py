"""Figures read on publishers' pages and papers (those of opinion articles are claims, in ``data/claims``).

One CSV file (UTF-8, comma, header line) is one publication:

=================  ==================================================================================================
publication        identifier of the publication; the same on every line
title, url         what was read and where; the same on every line
published_on       ISO date; where a page gives a month or a year only, its last day; the same on every line
publisher          whose figure it is, and who quotes it where the page is not the publisher's own
figure_id          identifier of the figure, unique in the file
measure            measure identifier, such as ``ip_payments``
area               whose figure it is: ISO 3166 alpha-3, or W00 for the world; the economy whose statistics are quoted
counterpart_area   the partner, in the same codes; W00 where there is none
item               EBOPS 2010 item, or _T
year               reference year, four digits
year_basis         ``stated``, or ``inferred`` where the page does not state the year; the note then explains it
value              the figure as printed, in ``unit``
unit               one of ``_UNITS``
precision          half a unit of the last printed digit, in ``unit``; more where the page rounds harder
qualifier          ``exact``, ``about``, ``over`` or ``under``, as the page words it; ``over`` and ``under`` are bounds
note               what a reader of the figure must know; may be empty
=================  ==================================================================================================

Three more columns may follow, for all lines of a file:

=================  ==================================================================================================
phrase             the few words of the page that show the figure
company            whose revenue it is, as in the seed ``licensors``, for measures of ``_LICENSOR_LINES``; else empty
period_end         the last day of the company's financial year, ISO date; else empty
=================  ==================================================================================================
"""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal

from orchestration.contracts.payload import Answer, Payload
from orchestration.contracts.raw_table import Parsed, columns, iso_date, require_columns, tabulate
from orchestration.contracts.source import Card, Feed, Resource
from orchestration.formats.delimited import csv_lines
from orchestration.formats.dropped_files import by_mark, recognised_files
from orchestration.methods.codes import WORLD

CARD = Card(
    id="publications",
    publisher="Published pages and papers of several publishers",
    homepage="https://www.wto.org/english/res_e/reser_e/wpaps_e.htm",
    licence="Each publication under its publisher's own terms; single figures are quoted with their source",
    citation="Cite the publication itself: every figure carries publisher, title, address and date",
    cadence="when somebody reads a publication worth citing",
    cycle_months=15,
    timezone="UTC",
    change_signal="none: a publication does not change, a newer one is another file",
    limits="none: a person reads the page and writes the file",
    by_hand=True,
)

RESOURCES = (Resource("figures", "figures read on published pages, one CSV file a publication"),)

_HEADER = (
    "publication title url published_on publisher figure_id measure area counterpart_area item year year_basis value "
    "unit precision qualifier note"
)
_COLUMNS = tuple(_HEADER.split())
_PHRASE = ("phrase",)
_COMPANY = ("company", "period_end")
_MAY_BE_EMPTY = frozenset({"note", *_PHRASE})


_SCHEMA = ", ".join(
    f"{name} {'int32' if name == 'year' else 'string'}{'?' * (name in _MAY_BE_EMPTY)}"
    for name in (*_COLUMNS, *_PHRASE)
    if name != "published_on"
)

TABLES = {
    "figures": columns(_SCHEMA),
    "bilateral_services": columns(_SCHEMA),
    "licensor_revenues": columns(f"{_SCHEMA}, company string, period_end string"),
}


def fetch(resource: Resource, feed: Feed) -> Iterator[Answer]:
    """Yield the files in the drop folder."""
    yield from recognised_files(
        CARD,
        resource,
        feed,
        by_mark({RESOURCES[0].key: "figure_id"}),
        expected=f"the columns {_HEADER} in its header",
        remedy="write the figures of one publication as CSV, as orchestration/sources/publications.py describes",
    )


def parse(payload: Payload) -> Iterator[Parsed]:
    """Yield all figures of one publication, and again those on bilateral services and on licensors' revenue."""
    rows = _rows(payload)
    begin, first = rows[0]
    for pointer, row in rows:
        _check_row(payload, pointer, row, first)
    vintage = iso_date(payload, first["published_on"], row=begin)
    records = [(pointer, _record(row)) for pointer, row in rows]
    result = {
        "figures": records,
        "bilateral_services": [
            item for item in records if item[1]["measure"] in _SERVICE_FLOWS and item[1]["counterpart_area"] != WORLD
        ],
        "licensor_revenues": [item for item in records if item[1]["measure"] in _LICENSOR_LINES],
    }
    for table, chosen in result.items():
        if chosen:
            yield tabulate(payload, table, TABLES[table], vintage, chosen, key=("figure_id",))


_LICENSOR_LINES = frozenset({"licensing_line", "licensing_segment", "licensing_company_revenue"})
"""Income from licensing as a company prints it: a line of its income statement, a segment, or all revenue of a company
that only licenses. Three definitions, never one series."""
_SERVICE_FLOWS = ("ip_receipts", "ip_payments", "services_exports", "services_imports")
_UNITS = "applications|percent|CNY billion|USD 10 000|USD thousand|USD million|USD billion|USD trillion"
_FORMS = {
    "publication": "[a-z0-9_]+",
    "title": r"\S.*",
    "url": r"https?://\S+",
    "published_on": "[0-9]{4}-[0-9]{2}-[0-9]{2}",
    "publisher": r"\S.*",
    "figure_id": "[a-z0-9_]+",
    "measure": "[a-z][a-z0-9_]*",
    "area": f"[A-Z]{{3}}|{WORLD}",
    "counterpart_area": f"[A-Z]{{3}}|{WORLD}",
    "item": "_T|[A-Z][A-Z0-9]*",
    "year": "[12][0-9]{3}",
    "year_basis": "stated|inferred",
    "value": r"-?[0-9]+(\.[0-9]+)?",
    "unit": _UNITS,
    "precision": r"[0-9]+(\.[0-9]+)?",
    "qualifier": "exact|about|over|under",
}


def _rows(payload: Payload) -> list[tuple[str, dict[str, str]]]:
    """Return the lines of the file, each with its line number, as text by column."""
    if not payload.read().endswith(b"\n"):
        raise payload.error("the last line has no line end; the file may be cut")
    (_, header), *lines = csv_lines(payload).items()
    more = [name for name in (*_PHRASE, *_COMPANY) if name in header]
    require_columns(payload, header, (*_COLUMNS, *more), row="line 1")
    rows = []
    for number, cells in lines:
        if len(cells) != len(header):
            raise payload.error(f"{len(cells)} cells in a line; it must have {len(header)}", row=f"line {number}")
        rows.append((f"line {number}", dict(zip(header, cells, strict=True))))
    if not rows:
        raise payload.error("no figure in the file")
    return rows


def _check_row(payload: Payload, pointer: str, row: Mapping[str, str], first: Mapping[str, str]) -> None:
    for column, form in _FORMS.items():
        if not re.fullmatch(form, row[column]):
            raise payload.error(f"{column} is {row[column]!r}; it must match {form}", row=pointer)
    for column in ("publication", "title", "url", "published_on"):
        if row[column] != first[column]:
            raise payload.error(
                f"{column} is {row[column]!r} here and {first[column]!r} in the first line; "
                "one file is one publication",
                row=pointer,
            )
    if row["year_basis"] == "inferred" and not row["note"]:
        raise payload.error("note is empty although year_basis is inferred; it must explain the year", row=pointer)
    if row["area"] == WORLD and row["counterpart_area"] != WORLD:
        raise payload.error(
            f"area is {WORLD} and counterpart_area is {row['counterpart_area']!r}, perhaps exchanged; nobody reports "
            "for the world about one partner",
            row=pointer,
        )
    _check_company(payload, pointer, row)
    _check_precision(payload, pointer, row)


def _check_company(payload: Payload, pointer: str, row: Mapping[str, str]) -> None:
    """Require company and end of the financial year of a licensor's revenue, and of nothing else."""
    company, period_end = (row.get(name, "") for name in _COMPANY)
    if row["measure"] not in _LICENSOR_LINES:
        if company or period_end:
            raise payload.error(
                f"company or period_end given for {row['measure']!r}; only {sorted(_LICENSOR_LINES)} have one",
                row=pointer,
            )
        return
    if not company:
        raise payload.error(f"company is empty; {row['measure']} is the revenue of a company", row=pointer)
    if iso_date(payload, period_end, row=pointer).year != int(row["year"]):
        raise payload.error(f"period_end is {period_end}; it must lie in the year, {row['year']}", row=pointer)


def _check_precision(payload: Payload, pointer: str, row: Mapping[str, str]) -> None:
    """Require a precision of at least half a unit of the last printed digit."""
    exponent = Decimal(row["value"]).as_tuple().exponent
    least, value = Decimal((0, (5,), int(exponent) - 1)), Decimal(row["precision"])
    if value >= abs(Decimal(row["value"])) > 0:
        raise payload.error(f"precision {value} is not below the value, {row['value']}", row=pointer)
    if value < least:
        raise payload.error(
            f"precision is {value}; it must be at least {least}, half a unit of the last digit of {row['value']}",
            row=pointer,
        )


def _record(row: Mapping[str, str]) -> dict[str, object]:
    names = TABLES["licensor_revenues"].names
    record: dict[str, object] = {name: row.get(name) or None for name in names}
    return record | {"year": int(row["year"])}
