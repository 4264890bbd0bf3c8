"""Faults for recorded payloads: pure functions from bytes to bytes, per fault and layout.

Every fault leaves a payload that is well formed, with the envelope's own totals made to fit, so that only the meaning of the
figures can give it away. Cut and foreign payloads are refused in ``tests/unit/sources/test_every_source.py``.
"""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from openpyxl import Workbook, load_workbook

UNIT_SLIP = "unit_slip"
DROPPED_COUNTRY = "dropped_country"
DROPPED_HALF = "dropped_half"
SWAPPED_COLUMNS = "swapped_columns"
SWAPPED_FIGURES = "swapped_figures"

FAULTS: Mapping[str, str] = {
    UNIT_SLIP: "every amount, count and printed percentage is a thousand times what it was",
    DROPPED_COUNTRY: "the rows of one important economy are out; of one item where the payload has one economy",
    DROPPED_HALF: "half of the rows are out; half of the years where a year is a column",
    SWAPPED_COLUMNS: "two columns exchanged what they hold: year and value, reporter and partner, name and code",
    SWAPPED_FIGURES: "two columns of figures exchanged what they hold: exports and imports, two services, two years",
}

Row = dict[str, Any]


@dataclass(frozen=True)
class Table:
    """The rows of a payload, and everything around them."""

    around: Any
    rows: list[Row]


Change = Callable[[Table], Table]


def _nothing(table: Table) -> Table:
    """For a payload with one column of figures; where it has an opposite, the two exchange theirs."""
    return table


def _first_half(table: Table) -> Table:
    return replace(table, rows=table.rows[: len(table.rows) // 2])


@dataclass(frozen=True)
class Layout:
    """Layout of a publisher's payload, and the change that each fault makes.

    ``write`` makes the envelope's totals fit the rows.
    """

    read: Callable[[bytes], Table]
    write: Callable[[Table], bytes]
    unit_slip: Change
    dropped_country: Change
    swapped_columns: Change
    swapped_figures: Change = _nothing
    dropped_half: Change = _first_half


def faults_of(source: str, name: str) -> tuple[str, ...]:
    """The faults that a payload can have.

    Some exports of WIPO have one column of figures. The USPTO's tables hold patents and no
    figures, and the bundle's sample of them feeds no metric: how they are counted is proved on patents by hand. The
    description of a flow holds no figure. Of the 37 tables of patent families and the 12 of trademarks, which have one
    layout and one guard each, the total, one part and the rest have every fault.
    """
    if source == "uspto" or (name.startswith(_SPLIT) and name not in _SPLIT_IN_FULL):
        return ()
    alone = source == "wipo" and name.startswith(("pct_", "patent_2"))
    return tuple(fault for fault in FAULTS if not (alone and fault == SWAPPED_FIGURES))


_SPLIT = ("nsb20224_tabsinv-", "nsb20241_tabsinv-03", "nsb20241_tabsinv-04")
_SPLIT_IN_FULL = tuple(
    f"{edition}_tabsinv-{number}.csv"
    for edition, numbers in (("nsb20224", ("005", "011", "041")), ("nsb20241", ("035", "041", "048")))
    for number in numbers
)


def corrupt(fault: str, source: str, name: str, bodies: Mapping[str, bytes]) -> dict[str, bytes]:
    """The payloads that a fault in the payload ``name`` changes, by file name.

    ``bodies`` holds all payloads of the edition: a fault may touch a second one, the payload of the opposite flow.

    Raises:
        ValueError: the payload has nothing that this fault could change; see ``faults_of``.
    """
    sister = opposite(source, name, bodies)
    if fault == SWAPPED_FIGURES and sister:
        changed = _exchange_payloads(source, (name, sister), bodies)
    else:
        changed = {name: apply(fault, layout_of(source, name), bodies[name])}
    if all(body == bodies[one] for one, body in changed.items()):
        raise ValueError(f"{fault} changes nothing in {source}/{name}")
    return changed


def apply(fault: str, layout: Layout, body: bytes) -> bytes:
    """One payload with one fault in it."""
    change: Change = getattr(layout, fault)
    table = layout.read(body)
    changed = change(table)
    return body if changed == table else layout.write(changed)


def layout_of(source: str, name: str) -> Layout:
    """The layout of a payload: its source's, or its own where the files of a source differ."""
    return LAYOUTS.get(name.split(".")[0]) or LAYOUTS[source]


def opposite(source: str, name: str, bodies: Mapping[str, bytes]) -> str | None:
    """The payload of the edition with which this one would exchange its figures if columns were mixed up, if any."""
    for one, other in _OPPOSITES.get(source, ()):
        for left, right in ((one, other), (other, one)):
            if left in name and name.replace(left, right, 1) in bodies:
                return name.replace(left, right, 1)
    return None


_OPPOSITES: Mapping[str, tuple[tuple[str, str], ...]] = {
    "world_bank": (
        ("ip_receipts", "ip_payments"),
        ("exports_share_of_gdp", "imports_share_of_gdp"),
        ("applications_nonresidents", "applications_residents"),
        ("high_technology_exports", "merchandise_exports"),
        ("gdp_page", "merchandise_exports_page"),
        ("population_page", "gdp_page"),
        ("research_and_development_share_of_gdp", "exports_share_of_gdp"),
    ),
    "unctad": (("exports", "imports"),),
    "wto": (("exports", "imports"),),
}
_EXCHANGED: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "world_bank": (("countryiso3code", "country", "date"), ("value", "obs_status")),
    "unctad": (("REF_AREA", "TIME_PERIOD"), ("OBS_VALUE", "OBS_STATUS", "COMMENT_OBS")),
    "wto": (("ProductOrSectorCode", "Year"), ("Value", "ValueFlagCode", "ValueFlag", "TextValue")),
}
"""Keys of a row in two opposite payloads, and the fields that they exchange: figure and marks."""


def _exchange_payloads(source: str, names: tuple[str, str], bodies: Mapping[str, bytes]) -> dict[str, bytes]:
    """Two payloads that exchanged their figures wherever both have the row."""
    key, values = _EXCHANGED[source]
    layout = LAYOUTS[source]
    tables = [layout.read(bodies[name]) for name in names]
    held = [{_key(row, key): row for row in table.rows} for table in tables]
    changed = {}
    for name, table, lent in zip(names, tables, reversed(held), strict=True):
        rows = [{**row, **{value: lent.get(_key(row, key), row)[value] for value in values}} for row in table.rows]
        changed[name] = layout.write(replace(table, rows=rows))
    return changed


def _key(row: Row, names: tuple[str, ...]) -> str:
    return json.dumps([row[name] for name in names])


def _thousandfold(value: Any) -> Any:
    """Return a figure times 1000 in its own type, or anything else unchanged."""
    if isinstance(value, str):
        plain = value.replace(",", "")
        return format(Decimal(plain) * 1000, "f") if re.fullmatch(r"-?\d+(\.\d+)?", plain) else value
    return value * 1000 if isinstance(value, (int, float)) else value


def _each(change: Callable[[Row], Row]) -> Change:
    return lambda table: replace(table, rows=[change(row) for row in table.rows])


def _slip(*keys: str) -> Change:
    return _each(lambda row: {**row, **{key: _thousandfold(row[key]) for key in keys}})


def _without(key: str, *codes: str) -> Change:
    """The rows of the first of these codes that the payload has are out; those of its first row's code where it has none."""

    def change(table: Table) -> Table:
        held = [row[key] for row in table.rows]
        out = next((code for code in codes if code in held), held[0])
        return replace(table, rows=[row for row in table.rows if row[key] != out])

    return change


def _swap(*pairs: tuple[str, str]) -> Change:
    def change(row: Row) -> Row:
        return {**row, **{one: row[other] for pair in pairs for one, other in (pair, pair[::-1])}}

    return _each(change)


def _swap_rows(column: str, one: str, other: str, key: tuple[str, ...], values: tuple[str, ...]) -> Change:
    """Rows that differ in ``column`` alone, one saying ``one`` and the other ``other``, exchange their ``values``."""
    turned = {one: other, other: one}

    def change(table: Table) -> Table:
        held = {(row[column], *(row[name] for name in key)): row for row in table.rows}
        rows = []
        for row in table.rows:
            lent = held.get((turned.get(row[column]), *(row[name] for name in key)), row)
            rows.append({**row, **{name: lent[name] for name in values}})
        return replace(table, rows=rows)

    return change


def _slip_years(table: Table) -> Table:
    """Of a table with years as columns."""
    return _slip(*(name for name in table.rows[0] if name.isdigit() or name == "Total"))(table)


def _swap_years(table: Table) -> Table:
    """The first and the last year exchanged: every sum of the table stays right."""
    years = [name for name in table.rows[0] if name.isdigit()]
    return _swap((years[0], years[-1]))(table)


def _dumped(content: Any) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def _read_world_bank(body: bytes) -> Table:
    envelope, rows = json.loads(body)
    return Table(envelope, rows)


WORLD_BANK = Layout(
    read=_read_world_bank,
    write=lambda table: _dumped([{**table.around, "total": len(table.rows)}, table.rows]),
    unit_slip=_slip("value"),
    dropped_country=_without("countryiso3code", "CHN"),
    swapped_columns=_swap(("date", "value")),
)

UNCTAD = Layout(
    read=lambda body: Table(None, json.loads(body)["value"]),
    write=lambda table: _dumped({"count": len(table.rows), "value": table.rows}),
    unit_slip=_slip("OBS_VALUE"),
    dropped_country=_without("REF_AREA", "CHN"),
    swapped_columns=_swap(("TIME_PERIOD", "OBS_VALUE")),
)

WTO = Layout(
    read=lambda body: Table(None, json.loads(body)["Dataset"]),
    write=lambda table: _dumped({"Dataset": table.rows}),
    unit_slip=_slip("Value"),
    dropped_country=_without("ProductOrSectorCode", "SH"),
    swapped_columns=_swap(
        ("ReportingEconomyCode", "PartnerEconomyCode"),
        ("ReportingEconomy", "PartnerEconomy"),
    ),
)


def _read_bea(body: bytes) -> Table:
    content = json.loads(body)
    return Table(content["BEAAPI"], content["BEAAPI"]["Results"]["Data"])


def _write_bea(table: Table) -> bytes:
    results = {**table.around["Results"], "Data": table.rows}
    return _dumped({"BEAAPI": {**table.around, "Results": results}})


def _swap_bea_figures(table: Table) -> Table:
    """Exports and imports exchanged; two services where a payload has one direction. A mark goes with its figure."""
    values = ("DataValue", "NoteRef")
    if len({row["TradeDirection"] for row in table.rows}) > 1:
        key = ("TypeOfService", "Affiliation", "Year")
        return _swap_rows("TradeDirection", "Exports", "Imports", key, values)(table)
    key = ("TradeDirection", "Affiliation", "Year")
    return _swap_rows("TypeOfService", "ChargesForTheUseOfIpNie", "Financial", key, values)(table)


BEA = Layout(
    read=_read_bea,
    write=_write_bea,
    unit_slip=_slip("DataValue"),
    dropped_country=_without("TypeOfService", "ChargesForTheUseOfIpNie"),
    swapped_columns=_swap(("Year", "DataValue")),
    swapped_figures=_swap_bea_figures,
)


def _read_safe(body: bytes) -> Table:
    """Read the rows below the header by column name."""
    sheet = load_workbook(io.BytesIO(body)).worksheets[0]
    cells = [list(row) for row in sheet.iter_rows(values_only=True)]
    head = next(number for number, row in enumerate(cells) if row[0] == "Item")
    names = [str(name) for name in cells[head]]
    around = {"sheet": sheet.title, "above": [row[0] for row in cells[:head]]}
    return Table(around, [dict(zip(names, row, strict=True)) for row in cells[head + 1 :]])


def _write_safe(table: Table) -> bytes:
    book = Workbook()
    sheet = book.create_sheet(table.around["sheet"], 0)
    for text in table.around["above"]:
        sheet.append([text])
    sheet.append([name if name == "Item" else int(name) for name in table.rows[0]])
    for row in table.rows:
        sheet.append(list(row.values()))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _drop_safe_item(table: Table) -> Table:
    """Charges for the use of intellectual property and the credit and debit below them; the workbook has China alone."""
    first = next(number for number, row in enumerate(table.rows) if "intellectual property" in str(row["Item"]))
    return replace(table, rows=[*table.rows[:first], *table.rows[first + 3 :]])


def _drop_safe_years(table: Table) -> Table:
    kept = list(table.rows[0])[: len(table.rows[0]) // 2]
    return replace(table, rows=[{name: row[name] for name in kept} for row in table.rows])


def _swap_safe(sign: int) -> Change:
    """Credit and debit exchanged below every item; with a sign of -1 both signs and the balance are turned to fit."""

    def change(table: Table) -> Table:
        rows = []
        for number, row in enumerate(table.rows):
            lender = number + {"Credit": 1, "Debit": -1}.get(row["Item"], 0)
            figures = {
                name: value * sign if isinstance(value, (int, float)) else value
                for name, value in table.rows[lender].items()
            }
            rows.append({**figures, "Item": row["Item"]})
        return replace(table, rows=rows)

    return change


SAFE = Layout(
    read=_read_safe,
    write=_write_safe,
    unit_slip=_slip_years,
    dropped_country=_drop_safe_item,
    dropped_half=_drop_safe_years,
    swapped_columns=_swap_safe(1),
    swapped_figures=_swap_safe(-1),
)


def _read_csv(first: str) -> Callable[[bytes], Table]:
    """A reader of CSV whose header line begins with ``first``; lines above it and lines of other widths are around."""

    def read(body: bytes) -> Table:
        lines = list(csv.reader(body.decode().splitlines()))
        head = next(number for number, cells in enumerate(lines) if cells[:1] == [first])
        names = lines[head]
        whole = [cells for cells in lines[head + 1 :] if len(cells) >= len(names)]
        below = [cells for cells in lines[head + 1 :] if len(cells) < len(names)]
        rows = [dict(zip(names, cells, strict=False)) for cells in whole]
        return Table({"above": lines[:head], "names": names, "below": below}, rows)

    return read


def _write_csv(table: Table) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerows([*table.around["above"], table.around["names"]])
    writer.writerows([list(row.values()) for row in table.rows])
    writer.writerows(table.around["below"])
    return out.getvalue().encode()


_NCSES_AREA = "Region, country, or economy"
_NCSES_PARTS = (
    "World",
    "North America",
    "Central America and Caribbean",
    "South America",
    "Europe",
    "Asia",
    "Middle East",
    "Africa",
    "Australia and Oceania",
    "Unclassified",
    "WIPO",
)


def _halve_ncses(table: Table) -> Table:
    """Every second country is out; the world and its regions, the table's own totals, stay."""
    countries = [row for row in table.rows if row[_NCSES_AREA] not in _NCSES_PARTS]
    out = {row[_NCSES_AREA] for row in countries[1::2]}
    return replace(table, rows=[row for row in table.rows if row[_NCSES_AREA] not in out])


NCSES = Layout(
    read=_read_csv(_NCSES_AREA),
    write=_write_csv,
    unit_slip=_slip_years,
    dropped_country=_without(_NCSES_AREA, "China"),
    dropped_half=_halve_ncses,
    swapped_columns=_swap(("Total", "2000")),
    swapped_figures=_swap_years,
)


FAMILIES = replace(NCSES, swapped_columns=_swap((_NCSES_AREA, "1998")))


def _exchange_years(table: Table) -> Table:
    """The rows of the two years exchanged: every cell and its mirror cell still agree."""
    years = {row["Year"] for row in table.rows}
    return _each(lambda row: {**row, "Year": next(iter(years - {row["Year"]}))})(table)


CO_PUBLICATIONS = Layout(
    read=_read_csv(_NCSES_AREA),
    write=_write_csv,
    unit_slip=lambda table: _slip(*(name for name in table.rows[0] if name not in (_NCSES_AREA, "Year")))(table),
    dropped_country=_without(_NCSES_AREA, "China"),
    swapped_columns=_swap((_NCSES_AREA, "Year")),
    swapped_figures=_exchange_years,
)


def _read_batis(body: bytes) -> Table:
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        (name,) = archive.namelist()
        table = _read_csv("Reporter")(archive.read(name))
    return replace(table, around={**table.around, "member": name})


def _write_batis(table: Table) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(table.around["member"], _write_csv(table))
    return out.getvalue()


BATIS = Layout(
    read=_read_batis,
    write=_write_batis,
    unit_slip=_slip("Balanced_value"),
    dropped_country=_without("Partner", "USA"),
    swapped_columns=_swap(("Reporter", "Partner")),
    swapped_figures=_swap_rows("Flow", "EXP", "IMP", ("Partner", "Item_code", "Year"), ("Balanced_value",)),
)


def _write_wipo(table: Table) -> bytes:
    """As the data centre writes: cells of a row quoted, and one empty cell behind each row."""
    above = [",".join(cells) for cells in table.around["above"]]
    rows = ["".join(f'"{cell}",' for cell in row.values()) for row in table.rows]
    return "\n".join([*above, ",".join(table.around["names"]), *rows, ""]).encode()


WIPO = Layout(
    read=_read_csv("Origin"),
    write=_write_wipo,
    unit_slip=_slip_years,
    dropped_country=_without("Origin (Code)", "CN", "US"),
    swapped_columns=_swap(("Origin", "Origin (Code)")),
)


WIPO_BY_ORIGIN = replace(WIPO, swapped_figures=_swap_years)
WIPO_BY_OFFICE = replace(
    WIPO,
    read=_read_csv("Office"),
    dropped_country=_without("Office (Code)", "CN", "US"),
    swapped_columns=_swap(("Office", "Office (Code)")),
    swapped_figures=_swap_years,
)


def _drop_area(table: Table) -> Table:
    """The figures of China, or of the United States, are out; of a publication about the world, its first figure."""
    areas = [row["area"] for row in table.rows]
    if set(areas) & {"CHN", "USA"}:
        return _without("area", "CHN", "USA")(table)
    return replace(table, rows=table.rows[1:])


def _swap_areas(table: Table) -> Table:
    """Reporter and partner exchanged; year and value where both are the same."""
    if any(row["area"] != row["counterpart_area"] for row in table.rows):
        return _swap(("area", "counterpart_area"))(table)
    return _swap(("year", "value"))(table)


PUBLICATIONS = Layout(
    read=_read_csv("publication"),
    write=_write_csv,
    unit_slip=_slip("value", "precision"),
    dropped_country=_drop_area,
    swapped_columns=_swap_areas,
    swapped_figures=_swap(("value", "precision")),
)

CO_INVENTION_RATES = Layout(
    read=lambda body: Table(None, json.loads(body)),
    write=lambda table: _dumped(table.rows),
    unit_slip=_slip("co_count", "us_patents"),  # the rate is their ratio and has no unit that could slip
    dropped_country=_without("partner", "China"),
    swapped_columns=_swap(("year", "us_patents")),
    swapped_figures=_swap(("co_count", "us_patents")),
)

CO_INVENTIONS_BY_SECTION = replace(
    CO_INVENTION_RATES,
    unit_slip=_slip("us_cn_count"),
    dropped_country=_without("section", "G"),
    swapped_columns=_swap(("year", "us_cn_count")),
    swapped_figures=_swap_rows("section", "A", "G", ("year",), ("us_cn_count",)),
)

LAYOUTS: Mapping[str, Layout] = {
    "world_bank": WORLD_BANK,
    "unctad": UNCTAD,
    "wto": WTO,
    "bea": BEA,
    "safe": SAFE,
    "ncses": NCSES,
    **{name.removesuffix(".csv"): FAMILIES for name in _SPLIT_IN_FULL},
    "ncses_coauthorship": CO_PUBLICATIONS,
    "oecd": BATIS,
    "wipo": WIPO,
    "patent_1_total_applications_by_origin": WIPO_BY_ORIGIN,
    "patent_1a_direct_applications_by_origin": WIPO_BY_ORIGIN,
    "patent_1b_pct_national_phase_entries_by_origin": WIPO_BY_ORIGIN,
    "patent_2_total_grants_by_office_and_origin": WIPO_BY_OFFICE,
    "patent_2a_direct_grants_by_office_and_origin": WIPO_BY_OFFICE,
    "patent_2b_pct_national_phase_grants_by_office_and_origin": WIPO_BY_OFFICE,
    "patent_8_foreign_oriented_families_by_origin_and_office": WIPO_BY_OFFICE,
    "publications": PUBLICATIONS,
    "co_invention_rates": CO_INVENTION_RATES,
    "co_invention_us_china_by_section": CO_INVENTIONS_BY_SECTION,
}
