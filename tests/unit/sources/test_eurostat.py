"""The Eurostat module through the real client: trade and the euro's rate, flags, and refusals that come with status 200."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from orchestration.contracts.raw_table import Parsed
from orchestration.contracts.source import Resource
from orchestration.core.errors import BilateralError, PayloadError
from orchestration.sources import eurostat
from tests.publisher_server import Publisher, Reply, publisher_server
from tests.unit.sources.fakes import land
from tests.unit.sources.staged import raw_table, staged

TRADE, RATES = eurostat.RESOURCES
UPDATED = "21/07/24 11:00:00"
TABLE = eurostat.TABLES["bilateral_services"]


def trade(value: str = "154.7", **changes: str) -> dict[str, str]:
    """One made-up row in the layout of SDMX-CSV."""
    return {
        "DATAFLOW": "ESTAT:BOP_ITS6_DET(1.0)",
        "LAST UPDATE": UPDATED,
        "freq": "A",
        "currency": "MIO_EUR",
        "bop_item": "SH",
        "stk_flow": "CRE",
        "partner": "US",
        "geo": "DE",
        "TIME_PERIOD": "2020",
        "OBS_VALUE": value,
        "OBS_FLAG": "",
        "CONF_STATUS": "",
        **changes,
    }


def rate(value: str = "1.25", year: str = "2020", **changes: str) -> dict[str, str]:
    return {
        "DATAFLOW": "ESTAT:ERT_BIL_EUR_A(1.0)",
        "LAST UPDATE": UPDATED,
        "freq": "A",
        "statinfo": "AVG",
        "unit": "NAC",
        "currency": "USD",
        "TIME_PERIOD": year,
        "OBS_VALUE": value,
        "OBS_FLAG": "",
        **changes,
    }


def everything() -> list[dict[str, str]]:
    """A row for every item, entry and partner that is requested."""
    items = TRADE.ask["key"].split(".")[2].split("+")
    return [
        trade(bop_item=item, stk_flow=entry, partner=partner)
        for item in items
        for entry in ("CRE", "DEB")
        for partner in ("US", "CN_X_HK")
    ]


def text(rows: Iterable[Mapping[str, str]]) -> bytes:
    kept = list(rows)
    target = io.StringIO(newline="")
    writer = csv.DictWriter(target, list(kept[0]), lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(kept)
    return target.getvalue().encode()


def results(tmp_path: Path, publisher: Publisher, resource: Resource = TRADE) -> list[Parsed]:
    with publisher_server(publisher) as server:
        payloads = land(tmp_path, eurostat.fetch(resource, server.live_feed(tmp_path)))
    return [result for payload in payloads for result in eurostat.parse(payload)]


def read(tmp_path: Path, body: bytes, resource: Resource = TRADE) -> list[dict[str, Any]]:
    (result,) = results(tmp_path, lambda asked: Reply(body), resource)
    return [row for batch in result.batches for row in batch.to_pylist()]


def staged_rows(tmp_path: Path, rows: list[dict[str, str]], rates: list[dict[str, str]]) -> list[dict[str, Any]]:
    """The staging model over both raw files side by side, as a build sees them; rows behind ``everything()`` alone."""
    tables = [
        raw_table(TABLE, results(tmp_path, lambda asked: Reply(body), resource), resource.key)  # noqa: B023
        for resource, body in ((TRADE, text([*everything(), *rows])), (RATES, text(rates)))
    ]
    first = len(everything())
    found = staged("stg_eurostat__bilateral_services", pa.concat_tables(tables))
    return [row for row in found if int(row["payload_pointer"].split()[1]) > first]


def test_one_request_asks_for_members_and_union_with_both_partners(tmp_path: Path) -> None:
    with publisher_server(lambda asked: Reply(text(everything()))) as server:
        list(eurostat.fetch(TRADE, server.live_feed(tmp_path)))
        (asked,) = server.asked
    key = asked.url.rsplit("/", 1)[1].split(".")
    assert key[:2] == ["A", "MIO_EUR"]
    assert key[3:5] == ["CRE+DEB", "US+CN_X_HK"]
    assert len(key[5].split("+")) == 28
    assert {"EL", "EU27_2020"} <= set(key[5].split("+"))
    assert asked.params == {"format": "SDMX-CSV", "startPeriod": "2010"}


def test_both_resources_bear_the_publisher_s_own_date(tmp_path: Path) -> None:
    for resource, rows in ((TRADE, everything()), (RATES, [rate(), rate("1.1", "2021")])):
        (result,) = results(tmp_path, lambda asked: Reply(text(rows)), resource)  # noqa: B023
        assert (result.table, result.vintage) == ("bilateral_services", date(2024, 7, 21))
        assert sum(batch.num_rows for batch in result.batches) == len(rows)


def test_euros_become_dollars_at_the_year_s_average_and_both_stay_visible(tmp_path: Path) -> None:
    rows = staged_rows(
        tmp_path,
        [
            trade("100", geo="EL", TIME_PERIOD="2020"),
            trade("100", geo="FR", TIME_PERIOD="2021", partner="CN_X_HK", stk_flow="DEB"),
            trade("-2", geo="EU27_2020", TIME_PERIOD="2021"),
        ],
        [rate("1.1422", "2020"), rate("1.1827", "2021")],
    )
    names = ("reporter", "partner", "flow", "value_in_euro", "usd_per_euro")
    assert [tuple(row[name] for name in names) for row in rows] == [
        ("GRC", "USA", "X", 100_000_000.0, 1.1422),
        ("FRA", "CHN", "M", 100_000_000.0, 1.1827),
        ("EUROSTAT_EU27_2020", "USA", "X", -2_000_000.0, 1.1827),
    ]
    assert [row["value"] for row in rows] == pytest.approx([114_220_000.0, 118_270_000.0, -2_365_400.0])
    assert {row["rate_vintage"] for row in rows} == {date(2024, 7, 21)}


def test_a_year_without_a_rate_has_no_dollars_and_says_a(tmp_path: Path) -> None:
    (row,) = staged_rows(
        tmp_path, [trade("100", geo="FR", TIME_PERIOD="2021")], [rate("1.1422", "2020"), rate(":", "2021")]
    )
    assert (row["value"], row["obs_status"]) == (None, "A")  # the test status_agrees_with_value stops the build


@pytest.mark.parametrize(
    ("value", "flag", "conf", "status"),
    [
        ("1", "", "", "A"),
        ("1", "b", "", "A"),
        ("1", "d", "", "A"),
        ("1", "bd", "", "A"),
        ("1", "e", "", "E"),
        ("1", "p", "", "P"),
        ("1", "bp", "", "P"),
        ("1", "ep", "", "E"),
        ("1", "u", "", "U"),
        ("1", "pu", "", "U"),
        ("0", "n", "", "U"),
        ("1", "", "F", "A"),
        (":", "", "", "O"),
        ("", "", "", "O"),
        (":", "c", "", "Q"),
        ("", "cd", "", "Q"),
        (":", "", "C", "Q"),
        (":", "n", "", "N"),
    ],
)
def test_flags_become_statuses(tmp_path: Path, value: str, flag: str, conf: str, status: str) -> None:
    (row,) = staged_rows(tmp_path, [trade(value, OBS_FLAG=flag, CONF_STATUS=conf, geo="FR")], [rate()])
    assert row["obs_status"] == status
    assert (row["value"] is not None) == (status in "AEPU")


def test_a_body_that_does_not_say_that_it_is_gzip_is_read(tmp_path: Path) -> None:
    plain = text(everything())
    assert read(tmp_path, gzip.compress(plain)) == read(tmp_path, plain)


def test_a_gzip_bomb_stops_at_the_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("orchestration.formats.sdmx.LONGEST_TEXT", 100_000)
    with pytest.raises(PayloadError, match="the body has more than 100000 bytes unpacked"):
        read(tmp_path, gzip.compress(text(everything()) + b"\n" * 5_000_000))


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (
            Reply(
                b'{"warning": {"status": 413, "label": "ASYNCHRONOUS_RESPONSE. Your request will be treated later."}}'
            ),
            "ASYNCHRONOUS_RESPONSE",
        ),
        (
            Reply(
                b'<S:Envelope xmlns:S="x"><S:Body><S:Fault><faultcode>S:Client</faultcode>'
                b"<faultstring>EXTRACTION_TOO_BIG: max authorised is 5000000</faultstring></S:Fault></S:Body></S:Envelope>"
            ),
            "EXTRACTION_TOO_BIG",
        ),
        (Reply(b'{"version": "2.0", "class": "dataset", "value": {}, "size": [1, 0]}'), "delimited text that begins"),
        (Reply(b"<html><body>maintenance</body></html>", 200, {"Content-Type": "text/html"}), "maintenance"),
        (Reply(b""), "delimited text that begins"),
    ],
)
def test_a_message_with_status_200_is_refused_before_it_is_stored(tmp_path: Path, reply: Reply, said: str) -> None:
    with pytest.raises(BilateralError, match=said):
        results(tmp_path, lambda asked: reply)


def without(name: str, value: str) -> bytes:
    return text(row for row in everything() if row[name] != value)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (without("partner", "CN_X_HK"), r"codes of partner missing: \['CN_X_HK'\]; every code that was requested must"),
        (without("bop_item", "SH"), r"codes of bop_item missing: \['SH'\]; every code that was requested must be in"),
        (without("stk_flow", "DEB"), r"codes of stk_flow missing: \['DEB'\]; every code that was requested must be"),
        (text([*everything(), trade(partner="CN")]), r"partner is 'CN'; it must be one of \['CN_X_HK', 'US'\]"),
        (
            text([*everything(), trade(geo="UK")]),
            r"geo is 'UK'; it must be one of \['AT', 'BE', 'BG', 'CY', 'CZ', 'DE', 'DK'",
        ),
        (text([*everything(), trade(currency="MIO_NAC")]), r"currency is 'MIO_NAC'; it must be one of \['MIO_EUR'\]"),
        (text([*everything(), trade(freq="Q", TIME_PERIOD="2020-Q1")]), r"freq is 'Q'; it must be one of \['A'\]"),
        (text([*everything(), trade(TIME_PERIOD="2020-Q1")]), "TIME_PERIOD is '2020-Q1'; it must be a year"),
        (text([*everything(), trade("1,5")]), "OBS_VALUE is '1,5'; it must be a number or a known mark"),
        (
            text([*everything(), trade(DATAFLOW="ESTAT:BOP_ITS6_DET(2.0)")]),
            r"DATAFLOW is 'ESTAT:BOP_ITS6_DET\(2\.0\)'; it must be one of",
        ),
        (
            text(trade(DATAFLOW="ESTAT:MIGR_RESFIRST(1.0)") for _ in "1"),
            r"flow 'ESTAT:MIGR_RESFIRST\(1\.0\)' answered, not ESTAT:BOP_ITS6_DET",
        ),
        (
            text({**row, "LAST UPDATE": "2026-07-21"} for row in everything()),
            "LAST UPDATE is '2026-07-21'; it must be written dd/mm/yy hh:mm:ss",
        ),
        (
            text({**row, "LAST UPDATE": "21/07/79 11:00:00"} for row in everything()),
            "11:00:00'; it must be 2014-01-01 at the earliest",
        ),
        (
            text([*everything(), trade(**{"LAST UPDATE": "20/07/24 11:00:00"})]),
            r"LAST UPDATE is '20/07/24 11:00:00'; it must be one of \['21/07/24 11:00:00'\]",
        ),
        (
            text({**row, "unit": "EUR", "nace_r2": "J"} for row in everything()),
            r"columns unexpected: \['nace_r2'\] \(declared: \['DATAFLOW', 'LAST UPDATE'",
        ),
        (
            text({k: v for k, v in row.items() if k != "OBS_FLAG"} for row in everything()),
            r"columns missing: \['OBS_FLAG'\] \(declared: \['DATAFLOW', 'LAST UPDATE'",
        ),
        (
            text(everything()).replace(b"DE", b"D\xc9"),
            "the header cannot be read as delimited text: 'utf-8' codec can't decode",
        ),
        (
            text(everything()).splitlines(keepends=True)[0],
            r"no first row with the column DATAFLOW; seen \[\['DATAFLOW', 'LAST UPDATE'",
        ),
    ],
)
def test_a_table_that_is_not_the_one_asked_for_is_refused(tmp_path: Path, body: bytes, said: str) -> None:
    with pytest.raises(PayloadError, match=said):
        read(tmp_path, body)


def test_trade_does_not_pass_for_the_rate(tmp_path: Path) -> None:
    with pytest.raises(PayloadError, match=r"flow 'ESTAT:BOP_ITS6_DET\(1\.0\)' answered, not ESTAT:ERT_BIL_EUR_A"):
        read(tmp_path, text(everything()), RATES)


def test_a_code_that_nobody_mapped_stays_without_an_area(tmp_path: Path) -> None:
    raw = raw_table(TABLE, results(tmp_path, lambda asked: Reply(text(everything()))), TRADE.key)
    strange = raw.set_column(raw.schema.get_field_index("geo"), "geo", [["ZZ"] * raw.num_rows])
    rows = staged("stg_eurostat__bilateral_services", strange)
    assert {row["reporter"] for row in rows} == {None}  # the test no_nulls on the staging model names it
