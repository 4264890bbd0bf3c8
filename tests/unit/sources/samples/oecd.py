"""OECD: the bulk file of balanced services, trade by partner, patents, and an empty selection."""

from collections.abc import Iterable
from datetime import UTC, datetime

from orchestration.sources import oecd
from tests.archives import zipped
from tests.unit.sources.fakes import make_origin
from tests.unit.sources.samples import Case, Refusal, table

HEADER = (
    "Reporter,type_Reporter,Partner,type_Partner,Flow,Item_code,type_Item,Year,Reported_value,Final_value,Methodology,"
    "Balanced_value"
)
ROWS = (
    "USA,c,CHN,c,EXP,SH,b,2020,8000.5,8000.5,R,8100.25",
    "CHN,c,USA,c,IMP,SH,b,2020,,8200,E1,8100.25",
    "USA,c,CHN,c,IMP,SH,b,2020,,100,E1,",
)
LEAD = {"STRUCTURE": "DATAFLOW", "STRUCTURE_ID": "OECD:FLOW(1.0)", "ACTION": "I"}
SERVICE = {
    **LEAD,
    "REF_AREA": "USA",
    "COUNTERPART_AREA": "CHN",
    "MEASURE": "SH",
    "ACCOUNTING_ENTRY": "C",
    "FS_ENTRY": "T",
    "FREQ": "A",
    "UNIT_MEASURE": "USD_EXC",
    "ADJUSTMENT": "N",
    "TIME_PERIOD": "2020",
    "OBS_VALUE": "7.5",
    "OBS_STATUS": "A",
    "UNIT_MULT": "6",
    "CURRENCY": "_Z",
    "DECIMALS": "2",
}
PATENT = {
    **LEAD,
    **dict.fromkeys(oecd._CO_OPERATION.split(), "_Z"),
    "PATENT_AUTHORITIES": "6F0",
    "FREQ": "A",
    "MEASURE": "AP",
    "UNIT_MEASURE": "PATN",
    "DATE_TYPE": "PRIORITY",
    "REF_AREA": "USA",
    "PARTNER_AREA": "CHN",
    "COOPERATION_TYPE": "CO",
    "TIME_PERIOD": "2019",
    "OBS_VALUE": "12",
    "OBS_STATUS": "A",
    "UNIT_MULT": "",
}
SUPPRESSED = {**SERVICE, "TIME_PERIOD": "2021", "OBS_VALUE": "", "OBS_STATUS": "Q"}
NOTHING = b"NoRecordsFound"


def bulk(*rows: str, header: str = HEADER) -> bytes:
    return zipped(("OECD-WTO_BATIS_BPM6_December2025_bulk.csv", "\n".join((header, *rows, "")).encode()))


def services(header: Iterable[str] = SERVICE) -> bytes:
    return table(header, SERVICE, SUPPRESSED, end="\r\n").encode()


BULK_NAME = "OECD-WTO_BATIS_BPM6_December2025_bulk.zip"
BULK_REFUSED: tuple[Refusal, ...] = (
    ("CHN,c,USA,c,IMP", "USA,c,CHN,c,EXP", "Item_code, Year repeated: {'Reporter': 'USA'", "row 2"),
    ("USA,c,CHN,c,IMP", "USA,c,CHN,c,NET", "more than 2 values of Flow in the file", None),
)
REFUSED: tuple[Refusal, ...] = (
    ("USD_EXC", "XDC", "UNIT_MEASURE is 'XDC'; it must be one of ['USD_EXC']", "row 1"),
    (",6,", ",,", "UNIT_MULT is None; it must be one of", "row 1"),
    (",I,", ",D,", "ACTION is 'D'; it must be one of ['I']", "row 1"),
)
CASES = [
    *(
        Case(
            make_origin(oecd.CARD, "balanced_services", bulk(*ROWS), file_name=BULK_NAME, fetched_at=fetched_at),
            bulk(*ROWS),
            {"balanced_services": 3},
            {"Reporter": "USA", "Flow": "EXP", "Balanced_value": 8100.25, "payload_pointer": "row 1"},
            vintage,
            BULK_REFUSED if vintage == "2025-12-31" else (),
        )
        for fetched_at, vintage in (
            (datetime(2026, 7, 1, tzinfo=UTC), "2025-12-31"),
            (datetime(2025, 12, 1, tzinfo=UTC), "2025-12-01"),
        )
    ),
    Case(
        make_origin(oecd.CARD, "services_reported_by_us_china", services(), media_type="text/csv"),
        services(),
        {"bilateral_services": 2},
        {"OBS_VALUE": "7.5", "UNIT_MULT": "6", "payload_pointer": "row 1"},
        "2026-07-01",
        REFUSED,
        (services(reversed(SERVICE)),),
    ),
    *(
        Case(
            make_origin(oecd.CARD, resource, body, media_type="text/csv"),
            body,
            {name: 1},
            {"OBS_VALUE": "12", "UNIT_MULT": None},
            "2026-07-01",
            (("PATN", "XDC", "UNIT_MEASURE is 'XDC'; it must be one of ['PATN']", "row 1"),),
        )
        for resource, name, kind in (
            ("co_inventions", "co_inventions", "CO"),
            ("foreign_ownership", "cross_border_ownership", "FO"),
        )
        for body in (table(PATENT, {**PATENT, "COOPERATION_TYPE": kind}, end="\r\n").encode(),)
    ),
]
