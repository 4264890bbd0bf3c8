"""OECD: balanced services trade (BaTIS), reported services trade by partner, patent co-operation."""

import calendar
import math
import re
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from typing import IO

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from orchestration.contracts.observation import Observations
from orchestration.contracts.payload import Answer, Payload
from orchestration.contracts.raw_table import Parsed, columns, month_end
from orchestration.contracts.source import Card, Feed, Pace, Resource
from orchestration.formats.archives import archive_member
from orchestration.formats.delimited import Check, named_columns
from orchestration.formats.sdmx import described_flow, requested_codes, require_table, sdmx_csv

CARD = Card(
    id="oecd",
    publisher="Organisation for Economic Co-operation and Development",
    homepage="https://data-explorer.oecd.org/",
    licence="CC BY 4.0 unless a data set says otherwise",
    citation="OECD-WTO Balanced Trade in Services (BaTIS); OECD, International trade in services by partner (EBOPS "
    "2010); OECD, Patents: indicators of international co-operation",
    cadence="BaTIS once a year; trade in services and patents once or twice a year",
    timezone="Europe/Paris",
    change_signal="BaTIS: the name and size in the flow's EXT_RESOURCE annotation; else the answer's own bytes",
    limits="no access through a VPN",
    pace=Pace(requests_per_hour=60, ban_seconds=3600),
)

_PAIR = "USA+CHN"
_ITEMS = "S+SA+SB+SC+SD+SE+SF+SG+SH+SH1+SH2+SH3+SH4+SH41+SH42+SI+SJ+SK+SL"
_OFFICES = "6F0+9P50_1+US50"
# Grant years are not requested: at the US office PatentsView counts them from the patents themselves, and two counts
# from different databases would share one measure.
_CLOCKS = "PRIORITY+APPLICATION"


def _trade(key: str, title: str, areas: str) -> Resource:
    ask = {"agency": "OECD.SDD.TPS", "flow": "DSD_BOP@DF_TIS", "startPeriod": "2005", "table": "bilateral_services"}
    return Resource(key, title, {**ask, "key": f"{areas}.{_ITEMS}.C+D.T.A.USD_EXC.N"}, vintage_basis="day_of_copy")


def _patents(key: str, title: str, flow: str, kind: str) -> Resource:
    series = f"{_OFFICES}.A.AP.PATN.{_CLOCKS}.{_PAIR}.._Z.{kind}._Z._Z"
    table = "co_inventions" if kind == "CO" else "cross_border_ownership"
    flow = f"DSD_PATENTS@{flow}"
    ask = {"agency": "OECD.STI.PIE", "flow": flow, "startPeriod": "1990", "table": table, "key": series}
    return Resource(key, title, ask, vintage_basis="day_of_copy")


RESOURCES = (
    Resource(
        "balanced_services",
        "services between all economies as OECD and WTO balance them (BaTIS, bulk file)",
        vintage_basis="inferred",
    ),
    _trade(
        "services_reported_by_us_china",
        "services of the United States and China with every partner, as they report them",
        f"{_PAIR}.",
    ),
    _trade(
        "services_reported_with_us_china",
        "services of every reporter with the United States and China, as it reports them",
        f".{_PAIR}",
    ),
    _patents("co_inventions", "patents with foreign co-inventors", "DF_PATENTS_COINVENTOR", "CO"),
    _patents("domestic_ownership", "domestic ownership of inventions made abroad", "DF_PATENTS_DOMESTIC", "DO"),
    _patents("foreign_ownership", "foreign ownership of domestic inventions", "DF_PATENTS_FOREIGN", "FO"),
)
"""Seven requests in all, one of them for a structure: the limit is 60 an hour."""

_API = "https://sdmx.oecd.org/public/rest"
_BATIS = f"{_API}/dataflow/OECD.SDD.TPS/DSD_BATIS@DF_BATIS/1.0"
_STRUCTURE = "application/vnd.sdmx.structure+json;version=1.0;urn=true"
_NOTHING = b"NoRecordsFound"
_MONTHS = list(calendar.month_abbr)
_MONTH = rf"_({'|'.join(_MONTHS[1:])})[a-z]*(\d{{4}})_bulk\.zip"
_BULK = re.compile(rf"https://webfs-sdd\.oecd\.org/[\w./%-]*/[\w.%-]+{_MONTH}")
_LARGEST_BULK = 4 * 1024**3
_LARGEST_SELECTION = 512 * 1024**2


def fetch(resource: Resource, feed: Feed) -> Iterator[Answer]:
    """Yield the one answer of a resource; the bulk file's address is in the flow's description."""
    if resource.key == "balanced_services":
        yield _bulk(resource, feed)
        return
    ask = resource.ask
    answer = feed.get(
        CARD,
        resource,
        f"{_API}/data/{ask['agency']},{ask['flow']},1.0/{ask['key']}",
        params={"startPeriod": ask["startPeriod"], "dimensionAtObservation": "AllDimensions", "format": "csvfile"},
        headers={"Accept-Language": "en"},
        accept=(200, 404),
        largest=_LARGEST_SELECTION,
    )
    head = _head(answer.opener)
    if answer.status == 404 and head != _NOTHING:
        raise answer.error(f"HTTP 404 with {head!r}; an empty selection is answered {_NOTHING.decode()}")
    yield answer if head == _NOTHING else require_table(answer, ("STRUCTURE", "DATAFLOW"))


def parse(payload: Payload) -> Iterator[Parsed]:
    """Yield ``balanced_services`` of the bulk file, or the table of a selection, which may be empty.

    The vintage of the bulk file is the last day of the month in its name, or the day of the fetch if that is earlier;
    of a selection, which has no date, it is the day of the fetch.
    """
    resource = payload.origin.resource
    if resource == "balanced_services":
        yield _balanced(payload)
        return
    ask = next(item.ask for item in RESOURCES if item.key == resource)
    table, dimensions = ask["table"], _SERVICE_FLOWS if ask["table"] == "bilateral_services" else _CO_OPERATION
    vintage = payload.origin.fetched_at.date()  # Last-Modified is when the answer was generated
    if _head(payload.open) == _NOTHING:
        yield Parsed(table, vintage, ())
        return
    # counts are published without a power of ten, amounts of money with one
    optional = _OPTIONAL if table == "bilateral_services" else (*_OPTIONAL, "UNIT_MULT")
    only = {"ACTION": ("I",), "UNIT_MULT": ("0", "3", "6", "9"), **requested_codes(ask["key"], dimensions)}
    yield sdmx_csv(payload, table, TABLES[table], vintage, only=only, optional=optional, marks=("NaN",))


_LEAD = ("STRUCTURE", "STRUCTURE_ID", "ACTION", "DATAFLOW")
_OPTIONAL = (*_LEAD, "DECIMALS", "CURRENCY")


def _selection(dimensions: str) -> pa.Schema:
    """Return the SDMX-CSV columns of one flow: its name, its dimensions, the observation, the known attributes."""
    required = ", ".join(f"{name} string" for name in (*dimensions.split(), "TIME_PERIOD"))
    attributes = ("UNIT_MULT", "OBS_VALUE", "OBS_STATUS", "DECIMALS", "CURRENCY")
    lead, rest = (", ".join(f"{name} string?" for name in names) for names in (_LEAD, attributes))
    return columns(f"{lead}, {required}, {rest}")


_CO_OPERATION = (
    "PATENT_AUTHORITIES FREQ MEASURE UNIT_MEASURE DATE_TYPE REF_AREA PARTNER_AREA AGENT_ROLE COOPERATION_TYPE WIPO "
    "OECD_TECHNOLOGY_PATENT"
)
_SERVICE_FLOWS = "REF_AREA COUNTERPART_AREA MEASURE ACCOUNTING_ENTRY FS_ENTRY FREQ UNIT_MEASURE ADJUSTMENT"
TABLES = {
    "balanced_services": columns(
        "Reporter string, type_Reporter string?, Partner string, type_Partner string?, Flow string, Item_code string, "
        "type_Item string?, Year int32, Reported_value double?, Final_value double?, Methodology string?, "
        "Final_value_methodology string?, Balanced_value double?"
    ),
    "bilateral_services": _selection(_SERVICE_FLOWS),
    "co_inventions": _selection(_CO_OPERATION),
    "cross_border_ownership": _selection(_CO_OPERATION),
}
_PATENT_FIGURES = Observations(
    measure="COOPERATION_TYPE || '.' || DATE_TYPE || '.' || PATENT_AUTHORITIES",
    area="REF_AREA",
    code_list="CL_AREA",
    counterpart="PARTNER_AREA",
    year="try_cast(TIME_PERIOD as integer)",
    value="try_cast(nullif(OBS_VALUE, 'NaN') as double) * power(10, coalesce(try_cast(UNIT_MULT as integer), 0))",
)
OBSERVATIONS = {
    "balanced_services": Observations(
        measure="'balanced_' || left(Flow, 1)",
        area="Reporter",
        code_list="BATIS",
        counterpart="Partner",
        item="Item_code",
        year="Year",
        value="Balanced_value",
        where="Item_code in ('S', 'SH') and (Reporter in ('USA', 'US', 'CHN', 'CN') or Partner in ('W', 'WL'))",
    ),
    "bilateral_services": Observations(
        measure="ACCOUNTING_ENTRY",
        area="REF_AREA",
        code_list="CL_AREA",
        counterpart="COUNTERPART_AREA",
        item="MEASURE",
        year="try_cast(TIME_PERIOD as integer)",
        value="try_cast(nullif(OBS_VALUE, 'NaN') as double) * power(10, try_cast(UNIT_MULT as integer))",
        where="not (resource = 'services_reported_with_us_china' and REF_AREA in ('USA', 'CHN'))",
    ),
    "co_inventions": _PATENT_FIGURES,
    "cross_border_ownership": _PATENT_FIGURES,
}
_KEY = {"Reporter": 320, "Partner": 320, "Flow": 2, "Item_code": 192, "Year": 40}
"""More values than the file has (some 210 areas, 27 to 150 items, 20 years); they bound the memory of ``_once``."""


def _bulk(resource: Resource, feed: Feed) -> Answer:
    described = feed.get(CARD, resource, _BATIS, headers={"Accept": _STRUCTURE, "Accept-Language": "en"})
    _, notes = described_flow(described)
    note = notes.get("EXT_RESOURCE", "")
    result = _BULK.search(note)
    if not result:
        raise described.error(
            f"EXT_RESOURCE of the flow is {note!r}; it must name the bulk file of a month (..._December2025_bulk.zip)"
        )
    # the publisher was seen to put a new edition at the old address; the size in the label then differs
    return feed.get(CARD, resource, result[0], stamp=note.strip(), largest=_LARGEST_BULK)


def _head(opener: Callable[[], IO[bytes]]) -> bytes:
    with opener() as stream:
        return stream.read(300).strip()


def _balanced(payload: Payload) -> Parsed:
    opened = partial(archive_member, payload, "*.csv")
    table = "balanced_services"
    optional = [name for name in TABLES[table].names if name not in (*_KEY, "Balanced_value")]
    return named_columns(
        payload, table, TABLES[table], _edition(payload), opened, optional=optional, check=_once(payload)
    )


def _edition(payload: Payload) -> date:
    result = re.search(f"{_MONTH}$", payload.origin.file_name)
    if not result:
        raise payload.error(
            f"file name {payload.origin.file_name!r} does not end with its month (..._December2025_bulk.zip)"
        )
    last, fetched = month_end(int(result[2]), _MONTHS.index(result[1])), payload.origin.fetched_at.date()
    return fetched if last.replace(day=1) <= fetched <= last else last


def _once(payload: Payload) -> Check:
    """Return a check that keys are unique in the whole file; it uses one bit per possible key."""
    numbers: dict[str, dict[object, int]] = {name: {} for name in _KEY}
    seen = np.zeros(math.prod(_KEY.values()) // 8, dtype=np.uint8)

    def check(batch: pa.RecordBatch) -> None:
        place = np.zeros(batch.num_rows, dtype=np.int64)
        for name, most in _KEY.items():
            codes, known = batch.column(name).dictionary_encode(), numbers[name]
            order = np.array([known.setdefault(code, len(known)) for code in codes.dictionary.to_pylist()], np.int64)
            if len(known) > most:
                raise payload.error(f"more than {most} values of {name} in the file")
            place = place * most + order[codes.indices.to_numpy(zero_copy_only=False)]
        _mark(payload, batch, place, seen)

    return check


def _mark(payload: Payload, batch: pa.RecordBatch, place: npt.NDArray[np.int64], seen: npt.NDArray[np.uint8]) -> None:
    first = np.unique(place, return_index=True)[1]
    bit = np.left_shift(1, place & 7).astype(np.uint8)
    repeated = (seen[place >> 3] & bit).astype(bool)
    repeated |= ~np.isin(np.arange(len(place)), first)
    if repeated.any():
        row = int(np.argmax(repeated))
        key = {name: batch.column(name)[row].as_py() for name in _KEY}
        raise payload.error(
            f"{', '.join(_KEY)} repeated: {key}; they identify one row",
            row=batch.column("payload_pointer")[row].as_py(),
        )
    np.bitwise_or.at(seen, place >> 3, bit)
