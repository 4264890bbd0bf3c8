"""US Bureau of Economic Analysis: US trade in services by type and partner (data set IntlServTrade, table 1.5)."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from orchestration.contracts.observation import Balance, Observations
from orchestration.contracts.payload import Answer, Payload
from orchestration.contracts.raw_table import Parsed, Record, columns, iso_date, tabulate
from orchestration.contracts.source import Card, Feed, Pace, Resource
from orchestration.core.text import excerpt
from orchestration.formats.delimited import csv_lines
from orchestration.formats.json_models import OBJECT, TEXT, numbered_rows, part_at, rows_of
from orchestration.formats.strict_json import strict_json
from orchestration.methods.codes import WORLD

CARD = Card(
    id="bea",
    publisher="US Bureau of Economic Analysis",
    homepage="https://apps.bea.gov/api/signup/",
    licence="United States government work, public domain; BEA asks to be named as the source",
    citation="U.S. Bureau of Economic Analysis, International Services (IntlServTrade)",
    cadence="July and October",
    cycle_months=9,
    timezone="America/New_York",
    change_signal="Results.TsLastUpdated",
    limits="30 errors a minute are answered with the same ban",
    key_env="BEA_API_KEY",
    pace=Pace(requests_per_minute=100, megabytes_per_minute=100, ban_seconds=3600),
    release_months=(7, 10),
)

_AREAS = """
    Africa AllCountries Argentina AsiaAndPac Australia Austria Bahrain Belgium Bermuda Brazil Brunei Bulgaria
    CaftaDrCountries Canada Chile China Colombia CostaRica Croatia Cyprus CzechRep Denmark DominicanRep ElSalvador
    Estonia EU EuroArea Europe Finland France Germany Greece Guatemala Honduras HongKong Hungary India Indonesia
    IntOrgAndUnalloc Ireland Israel Italy Japan Jordan LatAmAndOthWestHem Latvia Lithuania Luxembourg Malaysia Malta
    Mexico MiddleEast Morocco Netherlands NewZealand Nicaragua Nigeria Norway Oman OthAfricaIst OthAsiaAndPacIst
    OthEuropeIst OthMiddleEastIst OthSouthAndCenAmIst OthWestHem OthWestHemOthIst Panama Peru Philippines Poland
    Portugal Romania Russia SaudiArabia Singapore Slovakia Slovenia SouthAfrica SouthAndCenAm SouthKorea Spain Sweden
    Switzerland Taiwan Thailand Turkey UkIslandsCarib UnitedKingdom Venezuela Vietnam
"""
_TABLE = Resource(
    "table_1_5_exports",
    "table 1.5, US exports of goods and services by area and country",
    superseded_by="all_countries",  # the API has these services, and all others, by area
)
RESOURCES = (
    *(
        Resource(
            re.sub(r"(?<=[a-z])(?=[A-Z])", "_", area).lower(),
            f"US trade in services by type with {re.sub(r'(?<=[a-z])(?=[A-Z])', ' ', area)}",
            {"AreaOrCountry": area},
        )
        for area in _AREAS.split()
    ),
    _TABLE,
)

TABLES = {
    "bilateral_services": columns(
        "TypeOfService string, TradeDirection string, Affiliation string, AreaOrCountry string, Year string, "
        "TimeSeriesId string, TimeSeriesDescription string, TimePeriod string, CL_UNIT string, UNIT_MULT "
        "string, DataValue string, NoteRef string?"
    ),
    "table_1_5__bilateral_services": columns(
        "Line string, Label string, TradeDirection string, AreaOrCountry string, Year string, DataValue string"
    ),
}
_PARTS_OF_CHARGES = (
    "CipLicensesFranchisesTrademarks CipLicensesOutcomesResearchAndDev CipLicensesCompSoftware CipLicensesAudVis"
)
_PARTS_OF_WORLD = (
    "CAN BEA_EUROPE BEA_LATIN_AMERICA_OTHER_WESTERN_HEMISPHERE BEA_AFRICA BEA_MIDDLE_EAST BEA_ASIA_PACIFIC "
    "BEA_INTERNATIONAL_UNALLOCATED"
)
OBSERVATIONS = {
    "bilateral_services": Observations(
        measure="TradeDirection",
        area="'USA'",
        counterpart="AreaOrCountry",
        item="TypeOfService",
        year="try_cast(Year as integer)",
        value="try_cast(replace(DataValue, ',', '') as double) * power(10, try_cast(UNIT_MULT as integer))",
        where="Affiliation = 'AllAffiliations' and TradeDirection in ('Exports', 'Imports')",
        balances=(
            Balance("item", "ChargesForTheUseOfIpNie", tuple(_PARTS_OF_CHARGES.split()), rounding=2_000_000),
            Balance(
                "counterpart",
                "BEA_OTHER_WESTERN_HEMISPHERE",
                ("BMU", "DOM", "BEA_UK_ISLANDS_CARIBBEAN", "BEA_OTHER_WESTERN_HEMISPHERE_OTHER"),
                rounding=3_000_000,
            ),
        ),
    ),
    "table_1_5__bilateral_services": Observations(
        measure="TradeDirection",
        area="'USA'",
        counterpart="AreaOrCountry",
        item="Label",
        year="try_cast(Year as integer)",
        value="try_cast(DataValue as double) * 1000000",
        balances=(Balance("counterpart", WORLD, tuple(_PARTS_OF_WORLD.split()), rounding=5_000_000),),
    ),
}
_API = "https://apps.bea.gov/api/data/"
_ASK = {
    "method": "GetData",
    "DatasetName": "IntlServTrade",
    "TypeOfService": "ALL",
    "TradeDirection": "ALL",
    "Affiliation": "ALL",
    "Year": "ALL",
    "ResultFormat": "JSON",
}
_CODES = {
    "TradeDirection": Literal["Exports", "Imports", "Balance", "SupplementalIns"],
    "Affiliation": Literal["AllAffiliations", "Unaffiliated", "Affiliated", "UsParents", "UsAffiliates"],
    "CL_UNIT": Literal["USD"],
    "UNIT_MULT": Literal["6"],
    "Year": Annotated[str, Field(pattern="^(19|20)[0-9]{2}$")],
}
_FIGURE_ROWS = rows_of(TABLES["bilateral_services"], _CODES, optional=["NoteRef"])
_RESULTS = "/BEAAPI/Results"
_KEY = ("TypeOfService", "TradeDirection", "Affiliation", "AreaOrCountry", "Year")
_MARKS = ("(D)", "(*)", "n.a.", ".....")
_NUMBER = re.compile(r"-?([0-9]{1,3}(,[0-9]{3})+|[0-9]{1,15})(\.[0-9]+)?")
_TITLE = "Table 1.5. U.S. International Trade in Goods and Services by Area and Country"
_DIRECTIONS = {"Exports of goods and services": "Exports", "Imports of goods and services": "Imports"}
"""The first line of each part of the table, which the lines below it belong to."""


def fetch(resource: Resource, feed: Feed) -> Iterator[Answer]:
    """Yield the answer with all figures of one area."""
    params = {**_ASK, **resource.ask}
    yield feed.get(CARD, resource, _API, params=params, secret_params={"UserID": "BEA_API_KEY"})


def parse(payload: Payload) -> Iterator[Parsed]:
    """Yield ``bilateral_services`` of one area or of table 1.5, each value as BEA's own text in millions of dollars."""
    if payload.origin.resource == _TABLE.key:
        yield _table(payload)
        return
    content = _content(payload)
    updated = part_at(content, f"{_RESULTS}/TsLastUpdated", TEXT, payload.error)
    rows = part_at(content, f"{_RESULTS}/Data", _FIGURE_ROWS, payload.error)
    vintage = iso_date(payload, updated, row=f"{_RESULTS}/TsLastUpdated")
    requested = {"AreaOrCountry": payload.origin.parameters["AreaOrCountry"]}
    records, schema = _records(payload, rows), TABLES["bilateral_services"]
    yield tabulate(payload, "bilateral_services", schema, vintage, records, key=_KEY, requested=requested)


def _records(payload: Payload, rows: list[dict[str, Any]]) -> Iterator[Record]:
    """Yield rows whose year and period agree, as do value and note."""
    for pointer, row in numbered_rows(rows, f"{_RESULTS}/Data"):
        if row["TimePeriod"] != row["Year"]:
            raise payload.error(
                f"Year is {row['Year']!r} and TimePeriod is {row['TimePeriod']!r}; they must be the same", row=pointer
            )
        if reason := _unreadable(row):
            raise payload.error(reason, row=pointer)
        yield pointer, row


def _table(payload: Payload) -> Parsed:
    """Return the cells of table 1.5; the vintage is its release date."""
    lines = csv_lines(payload)
    title, unit, release = (" ".join(lines.get(number, [])) for number in (1, 2, 4))
    if (title, unit) != (_TITLE, "[Millions of dollars]"):
        raise payload.error(f"{title!r}, {unit!r}; they must be {_TITLE!r}, '[Millions of dollars]'", row="line 1")
    head = next((number for number, cells in lines.items() if cells[:1] == ["Line"]), None)
    if head is None or len(lines[head]) != len(lines.get(head + 1, [])):
        raise payload.error("no row of areas, which begins with 'Line', above a row of as many years")
    name, key = "table_1_5__bilateral_services", ("Line", "AreaOrCountry", "Year")
    return tabulate(payload, name, TABLES[name], _release_date(payload, release), _cells(payload, lines, head), key=key)


def _release_date(payload: Payload, text: str) -> date:
    written = re.match(r"Release Date: ([A-Z][a-z]+ [0-9]{1,2}, [0-9]{4})\b", text)
    try:
        return datetime.strptime(written[1] if written else "", "%B %d, %Y").date()
    except ValueError:
        raise payload.error(f"{text!r} has no date such as 'Release Date: July 6, 2023'", row="line 4") from None


def _cells(payload: Payload, lines: Mapping[int, Sequence[str]], head: int) -> Iterator[Record]:
    """Yield the cells of the lines between the row of years and the legend."""
    areas, years, direction = lines[head], lines[head + 1], None
    for number, cells in lines.items():
        if number <= head + 1 or not cells or not cells[0].isdigit():
            continue  # the title, the head, and the notes below the table
        if len(cells) != len(areas):
            raise payload.error(f"{len(cells)} cells; the row of areas has {len(areas)}", row=f"line {number}")
        label = cells[1].strip()
        direction = _DIRECTIONS.get(label, direction)
        if direction is None:
            raise payload.error(f"{label!r} before any of {list(_DIRECTIONS)}", row=f"line {number}")
        labels = {"Line": cells[0], "Label": label, "TradeDirection": direction}
        for index in range(2, len(cells)):  # after the line's number and label
            place, value = f"line {number}, column {index + 1}", cells[index].strip()
            if value not in _MARKS and not _NUMBER.fullmatch(value):
                raise payload.error(f"{excerpt(value)} is neither a number nor one of {_MARKS}", row=place)
            if not re.fullmatch("(19|20)[0-9]{2}", years[index]):
                raise payload.error(f"{years[index]!r} in the row of years", row=f"line {head + 1}, column {index + 1}")
            yield place, {**labels, "AreaOrCountry": areas[index], "Year": years[index], "DataValue": value}


def _content(payload: Payload) -> Any:
    """Return the answer to the request that was sent, with one object as Results; refuse anything else."""
    body = payload.read().strip()
    if not body:
        raise payload.error("the answer has no body, which is how BEA times out", remedy="run the refresh again")
    content = strict_json(body, payload.error, fallback="iso-8859-1")
    _refuse_error(payload, part_at(content, "/BEAAPI", OBJECT, payload.error), "/BEAAPI")
    inside = content["BEAAPI"]
    if isinstance(results := inside.get("Results"), list) and len(results) == 1:
        (inside["Results"],) = results
    _refuse_error(payload, part_at(content, _RESULTS, OBJECT, payload.error), _RESULTS)
    return content


def _refuse_error(payload: Payload, content: dict[str, Any], pointer: str) -> None:
    """Refuse an error that came with HTTP 200, as one object or as a list, under any spelling of its key."""
    for name, value in content.items():
        if name.casefold() != "error":
            continue
        first = value[0] if isinstance(value, list) and value else value
        inner = first.get("error", first) if isinstance(first, dict) else first
        detail = inner if isinstance(inner, dict) else {"APIErrorDescription": inner}
        raise payload.error(
            f"BEA answered with error {detail.get('APIErrorCode', 'without a code')}: "
            f"{detail.get('APIErrorDescription', str(detail))}",
            row=f"{pointer}/{name}",
            remedy="correct the request; BEA bans a caller for an hour after 30 errors in a minute",
        )


def _unreadable(row: Mapping[str, Any]) -> str | None:
    """Return why value and note of a row contradict each other, or None."""
    value, note = row["DataValue"], row.get("NoteRef") or ""
    if not isinstance(value, str) or not isinstance(note, str):
        return None  # the schema refuses it
    value = value.strip()
    marked = any(mark in note for mark in _MARKS)
    if value in ("", *_MARKS) or (value == "0" and marked):
        return None
    if not _NUMBER.fullmatch(value):
        return f"DataValue is neither a number nor a known mark: {value!r}"
    return f"DataValue {value!r} is a figure although NoteRef {note!r} says there is none" if marked else None
