"""The OECD module through the real client: the bulk file and its layouts, narrow selections, and every way in which the service says no."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.contracts.payload import Payload
from orchestration.contracts.raw_table import Parsed
from orchestration.contracts.source import Resource
from orchestration.core.errors import BilateralError, PayloadError
from orchestration.ingestion.raw_tables import RawStore
from orchestration.sources import load_sources, oecd
from tests.archives import zipped
from tests.publisher_server import Asked, Publisher, Reply, publisher_server
from tests.unit.sources.fakes import editions_of, land, make_origin, make_payload
from tests.unit.sources.staged import raw_table, staged

RESOURCE = {resource.key: resource for resource in oecd.RESOURCES}
BULK, OWN, WITH = (
    RESOURCE[key] for key in ("balanced_services", "services_reported_by_us_china", "services_reported_with_us_china")
)
STRUCTURE_URL = "https://sdmx.oecd.org/public/rest/dataflow/OECD.SDD.TPS/DSD_BATIS@DF_BATIS/1.0"
BULK_URL = "https://webfs-sdd.oecd.org/files/.Stat/BATIS/OECD-WTO_BATIS_BPM6_December2025_bulk.zip"
LABEL = f"Bulk download - all data (478 MB)|{BULK_URL}"
BATIS_HEADER = (
    "Reporter,type_Reporter,Partner,type_Partner,Flow,Item_code,type_Item,Year,"
    "Reported_value,Final_value,Methodology,Balanced_value"
)
BATIS_ROWS = (
    "USA,c,CHN,c,EXP,SH,b,2020,8000.5,8000.5,R,8100.25",
    "CHN,c,USA,c,IMP,SH,b,2020,,8200,E1,8100.25",
    "NAM,c,USA,c,EXP,SH,b,2020,,0,E2,0",
)
SERVICES = [
    "REF_AREA",
    "COUNTERPART_AREA",
    "MEASURE",
    "ACCOUNTING_ENTRY",
    "FS_ENTRY",
    "FREQ",
    "UNIT_MEASURE",
    "ADJUSTMENT",
    "TIME_PERIOD",
    "OBS_VALUE",
    "OBS_STATUS",
    "UNIT_MULT",
    "CURRENCY",
    "DECIMALS",
]
PATENTS = [
    "PATENT_AUTHORITIES",
    "FREQ",
    "MEASURE",
    "UNIT_MEASURE",
    "DATE_TYPE",
    "REF_AREA",
    "PARTNER_AREA",
    "AGENT_ROLE",
    "COOPERATION_TYPE",
    "WIPO",
    "OECD_TECHNOLOGY_PATENT",
    "TIME_PERIOD",
    "OBS_VALUE",
    "OBS_STATUS",
    "UNIT_MULT",
    "DECIMALS",
]
LEAD = {"STRUCTURE": "DATAFLOW", "STRUCTURE_ID": "OECD:FLOW(1.0)", "ACTION": "I"}


def text(columns: Iterable[str], *rows: Mapping[str, Any], end: str = "\r\n") -> bytes:
    """Made-up SDMX-CSV 2.0 in the service's layout: codes only, lines that end with CRLF."""
    target = io.StringIO(newline="")
    writer = csv.DictWriter(target, [*LEAD, *columns], lineterminator=end)
    writer.writeheader()
    writer.writerows({**LEAD, **row} for row in rows)
    return target.getvalue().encode()


def service(value: str = "7.5", **changes: str) -> dict[str, str]:
    """One made-up row of trade in services by partner."""
    return {
        "REF_AREA": "USA",
        "COUNTERPART_AREA": "CHN",
        "MEASURE": "SH",
        "ACCOUNTING_ENTRY": "C",
        "FS_ENTRY": "T",
        "FREQ": "A",
        "UNIT_MEASURE": "USD_EXC",
        "ADJUSTMENT": "N",
        "TIME_PERIOD": "2020",
        "OBS_VALUE": value,
        "OBS_STATUS": "A",
        "UNIT_MULT": "6",
        "CURRENCY": "_Z",
        "DECIMALS": "2",
        **changes,
    }


def patent(kind: str = "CO", value: str = "12", **changes: str) -> dict[str, str]:
    """One made-up row of patent co-operation."""
    return {
        "PATENT_AUTHORITIES": "6F0",
        "FREQ": "A",
        "MEASURE": "AP",
        "UNIT_MEASURE": "PATN",
        "DATE_TYPE": "PRIORITY",
        "REF_AREA": "USA",
        "PARTNER_AREA": "CHN",
        "AGENT_ROLE": "_Z",
        "COOPERATION_TYPE": kind,
        "WIPO": "_Z",
        "OECD_TECHNOLOGY_PATENT": "_Z",
        "TIME_PERIOD": "2019",
        "OBS_VALUE": value,
        "OBS_STATUS": "A",
        "UNIT_MULT": "0",
        "DECIMALS": "0",
        **changes,
    }


def bulk(*rows: str, header: str = BATIS_HEADER) -> bytes:
    return zipped(("OECD-WTO_BATIS_BPM6_December2025_bulk.csv", "\n".join((header, *rows, "")).encode()))


def described(note: str = LABEL) -> bytes:
    """The flow's description, cut down to what is read."""
    return (
        '{"data": {"dataflows": [{"id": "DSD_BATIS@DF_BATIS", "version": "1.0", "annotations": ['
        '{"type": "LAYOUT_ROW", "title": "COUNTERPART_AREA"}, {"type": "EXT_RESOURCE", "text": "' + note + '"}]}]}}'
    ).encode()


def publishes(zip_body: bytes, note: str = LABEL) -> Publisher:
    return lambda asked: Reply(zip_body) if asked.url == BULK_URL else Reply(described(note))


def fetched(tmp_path: Path, publisher: Publisher, resource: Resource) -> tuple[list[Payload], list[Asked]]:
    with publisher_server(publisher) as server:
        payloads = land(tmp_path, oecd.fetch(resource, server.live_feed(tmp_path)))
        return payloads, server.asked


def parsed(payloads: Iterable[Payload]) -> list[Parsed]:
    return [result for payload in payloads for result in oecd.parse(payload)]


def rows_of(result: Parsed) -> list[dict[str, Any]]:
    return [row for batch in result.batches for row in batch.to_pylist()]


def answered(tmp_path: Path, body: bytes, resource: Resource = OWN) -> list[dict[str, Any]]:
    payloads, _ = fetched(tmp_path, lambda asked: Reply(body), resource)
    (result,) = parsed(payloads)
    return rows_of(result)


def test_the_bulk_file_is_found_through_the_flow_and_read_to_raw_parquet(tmp_path: Path) -> None:
    payloads, asked = fetched(tmp_path, publishes(bulk(*BATIS_ROWS)), BULK)
    assert [request.url for request in asked] == [STRUCTURE_URL, BULK_URL]
    assert "structure+json" in asked[0].headers["accept"]
    assert payloads[0].origin.stamp == LABEL
    (raw,) = RawStore(tmp_path / "raw").read_payload(load_sources()["oecd"], payloads[0])
    assert (raw.table, raw.rows, raw.vintage) == ("balanced_services", 3, date(2025, 12, 31))


def test_balanced_values_become_dollars_between_our_areas(tmp_path: Path) -> None:
    payloads, _ = fetched(tmp_path, publishes(bulk(*BATIS_ROWS)), BULK)
    raw = raw_table(oecd.TABLES["balanced_services"], parsed(payloads), BULK.key)
    found = [
        (row["reporter"], row["partner"], row["flow"], row["reported_value"], row["balanced_value"], row["methodology"])
        for row in staged("stg_oecd__balanced_services", raw)
    ]
    assert found == [
        ("USA", "CHN", "X", 8_000_500_000.0, 8_100_250_000.0, "R"),
        ("CHN", "USA", "M", None, 8_100_250_000.0, "E1"),
        ("NAM", "USA", "X", None, 0.0, "E2"),
    ]


def test_the_bundle_holds_the_balanced_services_of_china_with_every_partner(tmp_path: Path) -> None:
    (edition,) = editions_of("oecd")
    payloads = land(tmp_path, oecd.fetch(BULK, edition))
    (result,) = parsed(payloads)
    assert (result.table, result.vintage, result.rejects) == ("balanced_services", date(2021, 1, 31), ())
    origin = payloads[0].origin
    assert origin.compiler is not None
    assert "sumikey/uk_services_trade_app" in origin.compiler["address"]
    assert "Edition inferred" in str(origin.note)
    assert "202 partners" in str(origin.excerpt)
    rows = rows_of(result)
    partners = {row["Partner"] for row in rows}
    assert (len(partners - {"W"}), {row["Reporter"] for row in rows}) == (202, {"CHN"})
    held = {
        (row["Partner"], row["Flow"], row["Item_code"], row["Year"]): row["Balanced_value"]
        for row in rows
        if row["Balanced_value"] is not None
    }
    assert [held["USA", "IMP", "SH", year] for year in (2017, 2018, 2019)] == [7085.246998, 8243.641626, 8084.797914]
    assert held["USA", "EXP", "SH", 2019] == 423.381892
    assert ("CUW", "EXP", "SH", 2005) not in held, "Curaçao did not exist; an empty cell is no zero"
    for flow in ("EXP", "IMP"):
        for year in range(2005, 2020):
            by_partner = sum(held.get((partner, flow, "SH", year), 0) for partner in partners - {"W"})
            assert by_partner == pytest.approx(held["W", flow, "SH", year], rel=1e-6)
            by_item = sum(held["USA", flow, f"S{letter}", year] for letter in "ABCDEFGHIJKL")
            assert by_item == pytest.approx(held["USA", flow, "S", year], rel=1e-6)


def test_millions_become_dollars_exactly(tmp_path: Path) -> None:
    """In binary fractions 8243.641626 times a million is 8243641626.000001."""
    body = bulk("CHN,USA,IMP,SH,2018,8243.641626", header="Reporter,Partner,Flow,Item_code,Year,Balanced_value")
    payloads, _ = fetched(tmp_path, publishes(body), BULK)
    raw = raw_table(oecd.TABLES["balanced_services"], parsed(payloads), BULK.key)
    assert [row["balanced_value"] for row in staged("stg_oecd__balanced_services", raw)] == [8243641626.0]


@pytest.mark.parametrize(
    ("header", "row", "expected"),
    [
        (
            BATIS_HEADER.replace("Methodology", "Final_value_methodology"),
            "NA,c,WL,g,X,SH,b,2020,1,2,R,3",
            ("NAM", "W00", "X", 1e6, 2e6, 3e6, "R"),
        ),
        (
            "Reporter,Partner,Flow,Item_code,Year,Reported_value,Final_value,Balanced_value",
            "888,EU,M,S,2020,,2,3",
            ("XKX", "OECD_EU27_2020", "M", None, 2e6, 3e6, None),
        ),
        (
            "Reporter,Partner,Flow,Item_code,Year,Balanced_value",
            "IO,NA,X,SH,2020,3",
            ("IOT", "NAM", "X", None, None, 3e6, None),
        ),
    ],
)
def test_every_layout_that_was_published_is_read(
    tmp_path: Path, header: str, row: str, expected: tuple[object, ...]
) -> None:
    payloads, _ = fetched(tmp_path, publishes(bulk(row, header=header)), BULK)
    raw = raw_table(oecd.TABLES["balanced_services"], parsed(payloads), BULK.key)
    (found,) = staged("stg_oecd__balanced_services", raw)
    names = ("reporter", "partner", "flow", "reported_value", "final_value", "balanced_value", "methodology")
    assert tuple(found[name] for name in names) == expected


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (
            bulk("USA,CHN,3", header="Reporter,Partner,Balanced_value"),
            r"columns missing: \['Flow', 'Item_code', 'Year'\] \(declared: \['Reporter', 'Partner'",
        ),
        (
            bulk(*BATIS_ROWS, header=BATIS_HEADER.replace("Flow", "Direction")),
            r"columns missing: \['Flow'\], unexpected: \['Direction'\]",
        ),
        (
            bulk(*(f"{row},EUR" for row in BATIS_ROWS), header=BATIS_HEADER + ",Currency"),
            r"columns unexpected: \['Currency'\]",
        ),
        (
            bulk(*(f"{row},2020" for row in BATIS_ROWS), header=BATIS_HEADER + ",Year"),
            "columns repeated or in another order",
        ),
        (bulk(), "no row behind the header"),
        (
            bulk(BATIS_ROWS[0], BATIS_ROWS[1], BATIS_ROWS[0]),
            r"Reporter, Partner, Flow, Item_code, Year repeated: \{'Reporter': 'USA'",
        ),
        (bulk(BATIS_ROWS[0].replace("8100.25", "n/a")), "Balanced_value is 'n/a'; it must be double"),
        (bulk(BATIS_ROWS[0].replace("8100.25", "inf")), "finite"),
        (bulk(BATIS_ROWS[0].replace("2020", "2020-Q1")), "Year is '2020-Q1'; it must be int32"),
        (bulk(BATIS_ROWS[0].replace("EXP", "")), "Flow is empty"),
        (bulk(BATIS_ROWS[0] + ",more"), "cannot be read"),
        (
            zipped(("bulk.csv", f"{BATIS_HEADER}\nC\xf4te,c,CHN,c,EXP,SH,b,2020,1,1,R,1\n".encode("cp1252"))),
            "cannot be read",
        ),
        (zipped(("../bulk.csv", BATIS_HEADER.encode())), r"member '\.\./bulk\.csv' points outside of its archive"),
        (zipped(("read me.txt", b"no")), r"0 members match \*\.csv, not one: \[\] among \['read me\.txt'\]"),
        (bulk(*BATIS_ROWS)[:-40], "the zip archive is damaged: File is not a zip file"),
        (b"<html>moved</html>", "the zip archive is damaged: File is not a zip file"),
    ],
)
def test_a_bulk_file_that_is_not_the_table_is_refused(tmp_path: Path, body: bytes, said: str) -> None:
    payloads, _ = fetched(tmp_path, publishes(body), BULK)
    with pytest.raises(PayloadError, match=said):
        RawStore(tmp_path / "raw").read_payload(load_sources()["oecd"], payloads[0])


@pytest.mark.parametrize(
    "note",
    [
        "",
        "Bulk download|https://webfs-sdd.oecd.org/files/.Stat/BATIS/latest.zip",
        "Bulk download|https://elsewhere.example/OECD-WTO_BATIS_BPM6_December2025_bulk.zip",
        "Bulk download|https://webfs-sdd.oecd.org.example/x/OECD-WTO_BATIS_BPM6_December2025_bulk.zip",
        "Bulk download|https://webfs-sdd.oecd.org/files/OECD-WTO_BATIS_BPM6_Smarch2025_bulk.zip",
    ],
)
def test_a_flow_that_does_not_name_its_bulk_file_is_refused(tmp_path: Path, note: str) -> None:
    with pytest.raises(
        PayloadError, match=r"EXT_RESOURCE of the flow is '.*'; it must name the bulk file of a month \("
    ):
        fetched(tmp_path, publishes(b"", note), BULK)


def test_a_file_whose_name_bears_no_month_is_refused(tmp_path: Path) -> None:
    origin = make_origin(oecd.CARD, BULK.key, bulk(*BATIS_ROWS), file_name="BATIS.zip")
    with pytest.raises(PayloadError, match=r"file name 'BATIS\.zip' does not end with its month \("):
        list(oecd.parse(make_payload(tmp_path, origin, bulk(*BATIS_ROWS))))


def test_a_selection_is_asked_narrowly_and_in_english(tmp_path: Path) -> None:
    _, asked = fetched(tmp_path, lambda request: Reply(text(SERVICES, service())), OWN)
    assert asked[0].url.startswith(
        "https://sdmx.oecd.org/public/rest/data/OECD.SDD.TPS,DSD_BOP@DF_TIS,1.0/USA+CHN..S+SA+"
    )
    assert asked[0].url.endswith("+SL.C+D.T.A.USD_EXC.N")
    assert asked[0].params == {"startPeriod": "2005", "dimensionAtObservation": "AllDimensions", "format": "csvfile"}
    assert asked[0].headers["accept-language"] == "en"


def test_one_refresh_stays_far_below_the_hourly_limit(tmp_path: Path) -> None:
    def publisher(asked: Asked) -> Reply:
        return publishes(bulk(*BATIS_ROWS))(asked) if "BATIS" in asked.url else Reply(b"NoRecordsFound", 404)

    with publisher_server(publisher) as server:
        for resource in oecd.RESOURCES:
            assert land(tmp_path, oecd.fetch(resource, server.live_feed(tmp_path)))
        assert len(server.asked) == 7


def test_trade_is_in_dollars_with_its_status_and_no_report_counts_twice(tmp_path: Path) -> None:
    own = answered_parsed(
        tmp_path,
        OWN,
        text(
            SERVICES,
            service(),
            service("1.25", ACCOUNTING_ENTRY="D", TIME_PERIOD="2021", OBS_STATUS="P"),
            service("", COUNTERPART_AREA="W", OBS_STATUS="Q"),
            service("NaN", COUNTERPART_AREA="WXOECD", OBS_STATUS="M"),
            service("0", COUNTERPART_AREA="XKV", OBS_STATUS="Q"),
            service("3", COUNTERPART_AREA="JPN", OBS_STATUS="B"),
            service("4", COUNTERPART_AREA="KOR", OBS_STATUS="E", UNIT_MULT="0"),
            service("", COUNTERPART_AREA="IO"),
        ),
    )
    others = answered_parsed(
        tmp_path,
        WITH,
        text(SERVICES, service("7.5"), service("9", REF_AREA="DEU", COUNTERPART_AREA="USA", ACCOUNTING_ENTRY="D")),
    )
    table = oecd.TABLES["bilateral_services"]
    rows = staged("stg_oecd__bilateral_services", raw_table(table, own, OWN.key))
    found = {(row["partner"], row["flow"], row["year"]): (row["value"], row["obs_status"]) for row in rows}
    assert found == {
        ("CHN", "X", 2020): (7_500_000.0, "A"),
        ("CHN", "M", 2021): (1_250_000.0, "P"),
        ("W00", "X", 2020): (None, "Q"),
        ("OECD_WXOECD", "X", 2020): (None, "M"),
        ("XKX", "X", 2020): (None, "Q"),
        ("JPN", "X", 2020): (3_000_000.0, "A"),
        ("KOR", "X", 2020): (4.0, "E"),
        ("OECD_IO", "X", 2020): (None, "O"),
    }
    (mirror,) = staged("stg_oecd__bilateral_services", raw_table(table, others, WITH.key))
    assert (mirror["reporter"], mirror["partner"], mirror["flow"], mirror["value"]) == ("DEU", "USA", "M", 9_000_000.0)


def answered_parsed(tmp_path: Path, resource: Resource, body: bytes) -> list[Parsed]:
    payloads, _ = fetched(tmp_path, lambda asked: Reply(body), resource)
    return parsed(payloads)


def test_joint_inventions_keep_office_and_clock_apart(tmp_path: Path) -> None:
    body = text(
        PATENTS,
        patent(),
        patent(value="30", PATENT_AUTHORITIES="9P50_1", DATE_TYPE="APPLICATION", REF_AREA="CHN", PARTNER_AREA="DEU"),
        patent(value="", PATENT_AUTHORITIES="US50", PARTNER_AREA="WXD"),
        patent(value="99", PARTNER_AREA="W"),
    )
    rows = staged(
        "stg_oecd__co_inventions",
        raw_table(oecd.TABLES["co_inventions"], answered_parsed(tmp_path, RESOURCE["co_inventions"], body)),
    )
    names = ("area", "counterpart_area", "authority", "clock", "counting", "value", "obs_status")
    assert [tuple(row[name] for name in names) for row in rows] == [
        ("USA", "CHN", "6F0", "priority_year", "whole", 12.0, "A"),
        ("CHN", "DEU", "9P50_1", "filing_year", "whole", 30.0, "A"),
        ("USA", "OECD_WXD", "US50", "priority_year", "whole", None, "O"),
    ]


def test_ownership_has_a_direction(tmp_path: Path) -> None:
    table = oecd.TABLES["cross_border_ownership"]
    owned = answered_parsed(tmp_path, RESOURCE["domestic_ownership"], text(PATENTS, patent("DO")))
    sold = answered_parsed(tmp_path, RESOURCE["foreign_ownership"], text(PATENTS, patent("FO")))
    found = [
        (row["area"], row["counterpart_area"])
        for results in (owned, sold)
        for row in staged("stg_oecd__cross_border_ownership", raw_table(table, results))
    ]
    assert found == [("CHN", "USA"), ("USA", "CHN")]  # invented there, owned here; invented here, owned there


@pytest.mark.parametrize("end", [b"", b"\n"])
def test_no_records_is_an_empty_selection_and_no_failure(tmp_path: Path, end: bytes) -> None:
    for status in (404, 200):
        payloads, _ = fetched(tmp_path, lambda asked: Reply(b"NoRecordsFound" + end, status), OWN)  # noqa: B023
        (result,) = parsed(payloads)
        assert (result.table, list(result.batches)) == ("bilateral_services", [])


@pytest.mark.parametrize(
    "reply",
    [
        Reply(b"<html>Sign in to your network</html>", 200, {"Content-Type": "text/html"}),
        Reply(b'{"error": {"message": "languageTag1"}}', 200, {"Content-Type": "application/json"}),
        Reply(b"<?xml version='1.0'?><Error><ErrorMessage code='100'><Text>No Results</Text></ErrorMessage></Error>"),
        Reply(b"\x89PNG\r\n\x1a\n", 200, {"Content-Type": "image/png"}),
        Reply(b"", 200),
    ],
)
def test_an_answer_that_is_no_table_is_refused_before_it_is_stored(tmp_path: Path, reply: Reply) -> None:
    expected = r"delimited text that begins with|a page of text/html"
    with pytest.raises(BilateralError, match=expected) as refusal:
        fetched(tmp_path, lambda asked: reply, OWN)
    assert refusal.value.publisher == oecd.CARD.publisher


Change = Callable[[bytes], bytes]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            lambda body: body.replace(b"COUNTERPART_AREA", b"PARTNER_AREA"),
            r"columns missing: \['COUNTERPART_AREA'\], unexpected: \['PARTNER_AREA'\]",
        ),
        (
            lambda body: body.replace(b"UNIT_MULT", b"SCALE"),
            r"columns missing: \['UNIT_MULT'\], unexpected: \['SCALE'\] \(declared:",
        ),
        (
            lambda body: body.replace(b"DECIMALS", b"REF_AREA"),
            r"columns repeated or in another order \(declared: \['STRUCTURE'",
        ),
        (lambda body: body.replace(b",C,T,", b",B,T,"), r"ACCOUNTING_ENTRY is 'B'; it must be one of \['C', 'D'\]"),
        (lambda body: body.replace(b"USD_EXC", b"XDC"), r"UNIT_MEASURE is 'XDC'; it must be one of \['USD_EXC'\]"),
        (
            lambda body: body.replace(b",SH,", b",SJ111,"),
            r"MEASURE is 'SJ111'; it must be one of \['S', 'SA', 'SB', 'SC', 'SD', 'SE'",
        ),
        (lambda body: body.replace(b"USA,", b"DEU,"), r"REF_AREA is 'DEU'; it must be one of \['CHN', 'USA'\]"),
        (lambda body: body.replace(b",I,", b",D,"), r"ACTION is 'D'; it must be one of \['I'\]"),
        (lambda body: body.replace(b",6,", b",mio,"), r"UNIT_MULT is 'mio'; it must be one of \['0', '3', '6', '9'\]"),
        (lambda body: body.replace(b",2020,", b",2020-Q1,"), "TIME_PERIOD is '2020-Q1'; it must be a year"),
        (lambda body: body.replace(b"7.5", b"7 500"), "OBS_VALUE is '7 500'; it must be a number or a known mark"),
        (lambda body: body.replace(b"7.5", b"1e9999"), "OBS_VALUE is '1e9999'; it must be a number or a known mark"),
        (lambda body: body.replace(b"CHN", b"C\xf4te"), "cannot be read"),
        (lambda body: body.replace(b",SH,", b",,"), "MEASURE is empty"),
        (lambda body: body.splitlines(keepends=True)[0], "no row behind the header"),
    ],
)
def test_a_table_that_is_not_the_one_asked_for_is_refused(tmp_path: Path, change: Change, said: str) -> None:
    with pytest.raises(PayloadError, match=said):
        answered(tmp_path, change(text(SERVICES, service())))


def test_columns_may_move_and_known_attributes_may_be_left_out(tmp_path: Path) -> None:
    columns = [*reversed(SERVICES[:-2])]
    row = {name: value for name, value in service().items() if name in columns}
    (read,) = answered(tmp_path, text(columns, row))
    assert (read["OBS_VALUE"], read["CURRENCY"], read["payload_pointer"]) == ("7.5", None, "row 1")


def test_a_column_that_may_be_a_dimension_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PayloadError, match=r"columns unexpected: \['PRICE_BASE'\]"):
        answered(tmp_path, text([*SERVICES, "PRICE_BASE"], {**service(), "PRICE_BASE": "V"}))


def test_a_count_without_a_power_of_ten_is_a_count_and_an_amount_without_one_is_refused(tmp_path: Path) -> None:
    """As recorded of other flows: the column is there and empty."""
    results = answered_parsed(tmp_path, RESOURCE["co_inventions"], text(PATENTS, patent(UNIT_MULT="")))
    (row,) = staged("stg_oecd__co_inventions", raw_table(oecd.TABLES["co_inventions"], results))
    assert row["value"] == 12
    with pytest.raises(PayloadError, match="UNIT_MULT is None; it must be one of"):
        answered(tmp_path, text(SERVICES, service(UNIT_MULT="")))


def test_a_code_that_nobody_mapped_stays_without_an_area(tmp_path: Path) -> None:
    results = answered_parsed(tmp_path, OWN, text(SERVICES, service(COUNTERPART_AREA="ATLANTIS")))
    (row,) = staged("stg_oecd__bilateral_services", raw_table(oecd.TABLES["bilateral_services"], results, OWN.key))
    assert row["partner"] is None  # the test no_nulls on the staging model names it


def test_the_day_of_the_fetch_is_the_vintage_and_not_the_time_of_the_answer(tmp_path: Path) -> None:
    body = text(SERVICES, service())
    origin = make_origin(
        oecd.CARD,
        OWN.key,
        body,
        fetched_at=datetime(2026, 11, 25, 4, tzinfo=UTC),
        publisher_last_updated=date(2020, 1, 1),
    )
    (result,) = oecd.parse(make_payload(tmp_path, origin, body))
    assert result.vintage == date(2026, 11, 25)


KEYS = st.tuples(
    st.sampled_from(["USA", "CHN", "NAM"]),
    st.sampled_from(["USA", "WLD"]),
    st.sampled_from(["EXP", "IMP"]),
    st.sampled_from(["S", "SH", "SC1"]),
    st.integers(2005, 2008),
)


@given(st.lists(KEYS, min_size=1, max_size=60), st.integers(1, 20))
def test_a_repeated_key_is_found_wherever_it_is_and_nothing_else(
    keys: list[tuple[str, str, str, str, int]], size: int
) -> None:
    names = ("Reporter", "Partner", "Flow", "Item_code", "Year")
    payload = Payload(make_origin(oecd.CARD, BULK.key), Path("synthetic"))
    check = oecd._once(payload)
    repeated = next((number for number, key in enumerate(keys) if key in keys[:number]), None)
    seen = None
    for start in range(0, len(keys), size):
        part = keys[start : start + size]
        columns = {name: [key[place] for key in part] for place, name in enumerate(names)}
        pointers = [f"row {start + number + 1}" for number in range(len(part))]
        try:
            check(pa.record_batch({**columns, "payload_pointer": pointers}), start)
        except PayloadError as error:
            seen = error.row
            break
    assert seen == (None if repeated is None else f"row {repeated + 1}")
