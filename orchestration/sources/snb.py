"""Swiss National Bank (SNB): licence fees that Switzerland receives by partner, annual, in million francs."""

from collections.abc import Iterator, Mapping, Sequence

from orchestration.contracts.observation import Observations
from orchestration.contracts.payload import Answer, Payload
from orchestration.contracts.raw_table import Parsed, Record, columns, iso_date, tabulate
from orchestration.contracts.source import Card, Feed, Pace, Resource
from orchestration.formats.delimited import csv_lines, number_or_text

_CUBE = "bopserva"
CARD = Card(
    id="snb",
    publisher="Swiss National Bank",
    homepage=f"https://data.snb.ch/en/topics/aube/cube/{_CUBE}",
    licence="terms of the Swiss National Bank: non-commercial use with the source named; some series are restricted",
    citation="Source: SNB. Swiss National Bank, Swiss balance of payments, current account: services, by country, "
    "annual",
    cadence="annually, in September",
    timezone="Europe/Zurich",
    change_signal="PublishingDate in the second line of every answer",
    limits="none published",
    pace=Pace(seconds_between=1.0),
    release_months=(9,),
)

RESOURCES = (
    Resource("licence_fees_received", "licence fees received by Switzerland by partner", {"D1": "L", "D2": "E"}),
)
"""``D1`` is the component, L for licence fees; ``D2`` the accounting entry, E for receipts. ``D0`` is the partner."""

_HEADER = ["Date", "D0", "D1", "D2", "Value"]
_FIRST_ROW = 5
_URL = f"https://data.snb.ch/api/cube/{_CUBE}/data/csv/en"

TABLES = {"bilateral_services": columns("Date int32, D0 string, D1 string, D2 string, Value double?")}
OBSERVATIONS = {
    "bilateral_services": Observations(
        measure="D2",
        area="'CHE'",
        counterpart="D0",
        item="D1",
        year="Date",
        value="Value * 1000000",
    )
}


def fetch(resource: Resource, feed: Feed) -> Iterator[Answer]:
    """Yield the answer for all partners and years."""
    chosen = ",".join(f"{dimension}({code})" for dimension, code in resource.ask.items())
    yield feed.get(CARD, resource, _URL, params={"dimSel": chosen})


def parse(payload: Payload) -> Iterator[Parsed]:
    """Yield ``bilateral_services``: a row per partner and year, in million francs, as of the PublishingDate."""
    lines = csv_lines(payload)
    first, second, header = (lines.get(number, []) for number in (1, 2, _FIRST_ROW - 1))
    if first != ["CubeId", _CUBE]:
        raise payload.error(f"{first} where CubeId {_CUBE} must be", row="line 1")
    if len(second) != 2 or second[0] != "PublishingDate":
        raise payload.error(f"{second} where the PublishingDate must be", row="line 2")
    if header != _HEADER:
        raise payload.error(f"columns {header}; they must be {_HEADER}", row=f"line {_FIRST_ROW - 1}")
    vintage = iso_date(payload, second[1], row="line 2")
    table, records = "bilateral_services", _records(payload, lines)
    yield tabulate(payload, table, TABLES[table], vintage, records, key=("Date", "D0"), requested=RESOURCES[0].ask)


def _records(payload: Payload, lines: Mapping[int, Sequence[str]]) -> Iterator[Record]:
    for number, cells in lines.items():
        if number >= _FIRST_ROW and cells:
            if len(cells) != len(_HEADER):
                raise payload.error(f"{len(cells)} cells in a row; it must have {len(_HEADER)}", row=f"line {number}")
            row = dict(zip(_HEADER, cells, strict=True))
            figures = {"Date": number_or_text(row["Date"], int), "Value": number_or_text(row["Value"], float)}
            yield f"line {number}", {**row, **figures}
