"""The BEA module: the bundle's good path, the marks for figures that are not there, every form of error in a 200, and the caller's key."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from orchestration.contracts.raw_table import Parsed
from orchestration.core.errors import PayloadError
from orchestration.sources import bea
from tests.unit.sources.fakes import BUNDLE, FakeFeed, asked, editions_of, land, make_origin, make_payload
from tests.unit.sources.staged import raw_table, staged

CHINA = next(resource for resource in bea.RESOURCES if resource.key == "china")
URL = "https://apps.bea.gov/api/data/"
PARAMETERS = {
    "method": "GetData",
    "DatasetName": "IntlServTrade",
    "TypeOfService": "ALL",
    "TradeDirection": "ALL",
    "Affiliation": "ALL",
    "AreaOrCountry": "China",
    "Year": "ALL",
    "ResultFormat": "JSON",
}
KEY = "0A1B2C3D-1111-2222-3333-444455556666"
MODEL = "stg_bea__bilateral_services"
ERROR = {"APIErrorCode": "204", "APIErrorDescription": "Invalid Value for Parameter Year"}


def row(value: object = "8500", note: object = "", **changes: Any) -> dict[str, Any]:
    """One made-up row in the layout of IntlServTrade."""
    return {
        "TypeOfService": "ChargesForTheUseOfIpNie",
        "TradeDirection": "Exports",
        "Affiliation": "AllAffiliations",
        "AreaOrCountry": "China",
        "Year": "2018",
        "TimeSeriesId": "TSI_IstChargesForTheUseOfIpNieExpChinaAllAff_A",
        "TimeSeriesDescription": "Exports of charges for the use of intellectual property n.i.e.; China",
        "TimePeriod": "2018",
        "CL_UNIT": "USD",
        "UNIT_MULT": "6",
        "DataValue": value,
        "NoteRef": note,
        **changes,
    }


def envelope(
    data: Any, user: str = "<redacted>", area: str = "CHINA", dataset: str = "INTLSERVTRADE"
) -> dict[str, Any]:
    echo = {"AREAORCOUNTRY": area, "USERID": user, "METHOD": "GETDATA", "DATASETNAME": dataset, "Year": "ALL"}
    request = {"RequestParam": [{"ParameterName": name, "ParameterValue": value} for name, value in echo.items()]}
    results = {"TsLastUpdated": "2024-07-03 10:00:00.000", "Dimensions": [], "Data": data, "Notes": []}
    return {"BEAAPI": {"Request": request, "Results": results}}


def body(*rows: Any, **echo: str) -> bytes:
    return json.dumps(envelope(list(rows), **echo)).encode()


def parsed(folder: Path, content: bytes) -> Parsed:
    origin = make_origin(bea.CARD, "china", content, url=URL, parameters=PARAMETERS)
    (only,) = bea.parse(make_payload(folder, origin, content))
    return only


def rows_of(result: Parsed) -> list[dict[str, Any]]:
    return [item for batch in result.batches for item in batch.to_pylist()]


def read(folder: Path, *rows: Any) -> list[dict[str, Any]]:
    """Made-up rows as staging has them."""
    result = parsed(folder, body(*rows))
    assert result.rejects == ()
    return staged(MODEL, raw_table(bea.TABLES["bilateral_services"], [result]))


def bundle(folder: Path, edition: str) -> list[Parsed]:
    (feed,) = [one for one in editions_of("bea") if one.folder.name == edition]
    held = [resource for resource in bea.RESOURCES if resource.key in feed.resources()]
    payloads = [payload for resource in held for payload in land(folder, bea.fetch(resource, feed))]
    results = [result for payload in payloads for result in bea.parse(payload)]
    assert {(result.table, str(result.vintage), result.rejects) for result in results} == {
        ("bilateral_services", edition, ())
    }
    return results


def test_every_area_of_the_api_is_a_resource() -> None:
    areas = [resource for resource in bea.RESOURCES if "AreaOrCountry" in resource.ask]
    assert len({resource.key for resource in bea.RESOURCES}) == len(bea.RESOURCES) == len(areas) + 2 == 92
    keys = {resource.ask["AreaOrCountry"]: resource.key for resource in areas}
    assert keys["AllCountries"] == "all_countries"
    assert keys["EU"] == "eu"
    assert keys["OthWestHemOthIst"] == "oth_west_hem_oth_ist"


def test_the_edition_of_2023_07_06_keeps_its_marks(tmp_path: Path) -> None:
    rows = staged(MODEL, raw_table(bea.TABLES["bilateral_services"], bundle(tmp_path, "2023-07-06")))
    found = {(row["partner"], row["item"], row["year"]): row for row in rows}
    assert len(found) == len(rows) == 400
    assert {row["flow"] for row in rows} == {"M"}
    assert found["W00", "SH", 2022]["value"] == 53_241_000_000
    suppressed = found["HKG", "SH", 2022]
    assert (suppressed["value"], suppressed["obs_status"], suppressed["value_lower"]) == (None, "Q", None)
    small = found["DOM", "SF", 2019]
    assert (small["value"], small["obs_status"]) == (None, "N")
    assert (small["value_lower"], small["value_upper"]) == (-500_000, 500_000)


@pytest.mark.parametrize(
    ("edition", "figures"),
    [
        ("2019-08-07", {("X", "S", 2018): 57.1e9, ("M", "S", 2018): 18.3e9, ("X", "SH", 2018): 8.5e9}),
        ("2023-09-27", {("X", "S", 2022): 41.5e9, ("M", "S", 2022): 26.6e9}),
    ],
)
def test_the_editions_for_china_hold_the_quoted_figures(
    tmp_path: Path, edition: str, figures: dict[tuple[str, str, int], float]
) -> None:
    rows = staged(MODEL, raw_table(bea.TABLES["bilateral_services"], bundle(tmp_path, edition)))
    assert {(row["flow"], row["item"], row["year"]): row["value"] for row in rows} == figures
    assert {row["partner"] for row in rows} == {"CHN"}


def test_no_payload_of_the_bundle_holds_a_key() -> None:
    paths = [path for path in BUNDLE.glob("bea/*/*.json") if not path.name.endswith(".origin.json")]
    assert len(paths) == 12
    for path in paths:
        (user,) = [
            item["ParameterValue"]
            for item in json.loads(path.read_bytes())["BEAAPI"]["Request"]["RequestParam"]
            if item["ParameterName"] == "USERID"
        ]
        assert user == "<redacted>"


@pytest.mark.parametrize(
    ("value", "note", "expected"),
    [
        ("8500", "", (8.5e9, "A", None, None)),
        ("1,234,567", "IntlServ2.3:1", (1.234567e12, "A", None, None)),
        ("-12", "", (-1.2e7, "A", None, None)),
        ("0", "0", (0.0, "A", None, None)),
        ("0", "(D)", (None, "Q", None, None)),
        ("(D)", "", (None, "Q", None, None)),
        ("", "(D), IntlServ2.2:1", (None, "Q", None, None)),
        ("(*)", "(*)", (None, "N", -500_000.0, 500_000.0)),
        ("0", "(*)", (None, "N", -500_000.0, 500_000.0)),
        ("", "n.a.", (None, "L", None, None)),
        ("n.a.", "", (None, "L", None, None)),
        ("", ".....", (None, "M", None, None)),
        ("", "", (None, "O", None, None)),
    ],
)
def test_value_and_note_together_say_whether_there_is_a_figure(
    tmp_path: Path, value: str, note: str, expected: tuple[object, ...]
) -> None:
    (seen,) = read(tmp_path, row(value, note))
    assert (seen["value"], seen["obs_status"], seen["value_lower"], seen["value_upper"]) == expected


def test_staging_keeps_exports_and_imports_of_all_affiliations(tmp_path: Path) -> None:
    rows = read(
        tmp_path,
        row("1"),
        row("2", TradeDirection="Imports"),
        row("3", TradeDirection="Balance"),
        row("4", TradeDirection="SupplementalIns"),
        row("5", Affiliation="Affiliated"),
        row("6", TypeOfService="IctServ"),
        row("7", TypeOfService="SomethingNew"),
    )
    assert [(item["flow"], item["item"], item["value"]) for item in rows] == [
        ("X", "SH", 1e6),
        ("M", "SH", 2e6),
        ("X", None, 7e6),  # nobody mapped it: the test on item names it
    ]


def test_one_row_may_come_as_an_object_and_results_as_a_list_of_one(tmp_path: Path) -> None:
    content = envelope(row())
    content["BEAAPI"]["Results"] = [content["BEAAPI"]["Results"]]
    result = parsed(tmp_path, json.dumps(content).encode())
    assert [item["DataValue"] for item in rows_of(result)] == ["8500"]
    assert str(result.vintage) == "2024-07-03"


def test_an_answer_in_latin_1_is_read(tmp_path: Path) -> None:
    content = json.dumps(envelope([row(TimeSeriesDescription="Curaçao")]), ensure_ascii=False).encode("iso-8859-1")
    assert rows_of(parsed(tmp_path, content))[0]["TimeSeriesDescription"] == "Curaçao"


@pytest.mark.parametrize(
    "results", [{"Error": ERROR}, {"Error": [ERROR]}, [{"Error": ERROR}], {"error": {"error": ERROR}}]
)
def test_an_error_inside_the_results_is_refused(tmp_path: Path, results: Any) -> None:
    content = envelope([row()])
    content["BEAAPI"]["Results"] = results
    with pytest.raises(PayloadError, match="error 204: Invalid Value"):
        parsed(tmp_path, json.dumps(content).encode())


def test_an_answer_to_another_request_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PayloadError, match="AreaOrCountry is 'CANADA', not 'China', which was requested"):
        parsed(tmp_path, body(row(), area="CANADA"))
    with pytest.raises(PayloadError, match="DatasetName is 'INTLSERVSTA', not 'IntlServTrade'"):
        parsed(tmp_path, body(row(), dataset="INTLSERVSTA"))
    with pytest.raises(PayloadError, match="AreaOrCountry is 'Canada', not 'China'"):
        parsed(tmp_path, body(row(), row(AreaOrCountry="Canada", Year="2019", TimePeriod="2019")))
    with pytest.raises(PayloadError, match="AreaOrCountry is 'Japan', not 'China'"):
        parsed(tmp_path, body(row(), row(AreaOrCountry="Japan", Year="2019", TimePeriod="2019")))
    content = envelope([row()])
    del content["BEAAPI"]["Request"]
    with pytest.raises(PayloadError, match=r"keys missing: \['Request'\]"):
        parsed(tmp_path, json.dumps(content).encode())


def test_an_answer_without_a_date_of_update_is_refused(tmp_path: Path) -> None:
    content = envelope([row()])
    del content["BEAAPI"]["Results"]["TsLastUpdated"]
    with pytest.raises(PayloadError, match=r"keys missing: \['TsLastUpdated'\]"):
        parsed(tmp_path, json.dumps(content).encode())


def test_the_key_is_taken_out_before_landing_and_refused_at_parse(tmp_path: Path) -> None:
    leaking = body(row(TimeSeriesDescription=f"caller {KEY}"), user=KEY)
    feed = FakeFeed({asked(URL, **PARAMETERS): leaking})
    payloads = land(tmp_path, bea.fetch(CHINA, feed))
    assert feed.secrets == [{"UserID": "BEA_API_KEY"}]
    assert KEY.encode() not in payloads[0].read()
    assert payloads[0].read().count(b"<redacted>") == 2
    (result,) = bea.parse(payloads[0])
    assert len(rows_of(result)) == 1
    with pytest.raises(PayloadError, match="the payload holds a key: USERID is not '<redacted>'") as refusal:
        parsed(tmp_path, leaking)
    assert KEY not in str(refusal.value)


def test_columns_that_are_missing_or_new_are_named(tmp_path: Path) -> None:
    short = row()
    del short["UNIT_MULT"]
    with pytest.raises(PayloadError, match=r"keys missing: \['UNIT_MULT'\], unexpected: \['Scale'\]") as refusal:
        parsed(tmp_path, body({**short, "Scale": "6"}))
    assert refusal.value.row == "/BEAAPI/Results/Data/0"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"CL_UNIT": "EUR"}, "CL_UNIT is 'EUR'; it must be 'USD'"),
        ({"UNIT_MULT": "3"}, "UNIT_MULT is '3'; it must be '6'"),
        ({"UNIT_MULT": 6}, "UNIT_MULT is 6; it must be '6'"),
        ({"TradeDirection": "Both"}, "TradeDirection is 'Both'; it must be 'Exports', 'Imports', 'Balance' or"),
        ({"Affiliation": "Other"}, "Affiliation is 'Other'; it must be 'AllAffiliations', 'Unaffiliated'"),
        ({"TimePeriod": "2018Q1"}, "Year is '"),
        ({"Year": "18", "TimePeriod": "18"}, "Year is '"),
    ],
)
def test_codes_and_units_that_are_not_known_are_refused(tmp_path: Path, changes: dict[str, Any], said: str) -> None:
    with pytest.raises(PayloadError, match=said):
        parsed(tmp_path, body(row(**changes)))


def test_a_repeated_row_and_a_row_that_is_no_object_are_refused(tmp_path: Path) -> None:
    with pytest.raises(PayloadError, match="TypeOfService, TradeDirection, Affiliation, AreaOrCountry, Year repeated:"):
        parsed(tmp_path, body(row("1"), row("2")))
    with pytest.raises(PayloadError, match="item 0 is '8500'; it must be an object"):
        parsed(tmp_path, body("8500"))


@pytest.mark.parametrize(
    ("value", "note", "reason"),
    [
        ("8,50", "", "neither a number nor a known mark"),
        ("(NM)", "", "neither a number nor a known mark"),
        ("nan", "", "neither a number nor a known mark"),
        ("8500", "(D)", "is a figure although"),
        (8500, "", "DataValue is not string"),
        ("8500", 5, "NoteRef is not string"),
        (None, "", "DataValue is empty"),
    ],
)
def test_a_value_that_cannot_be_read_is_put_aside(tmp_path: Path, value: object, note: str, reason: str) -> None:
    result = parsed(tmp_path, body(row(value, note), row("1", Year="2019", TimePeriod="2019")))
    (reject,) = result.rejects
    assert reject.pointer == "/BEAAPI/Results/Data/0"
    assert reason in reject.reason
    assert [item["DataValue"] for item in rows_of(result)] == ["1"]
