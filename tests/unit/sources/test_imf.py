"""The IMF module through the real client: national totals, scales, statuses, and answers that say nothing in many ways."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from orchestration.contracts.raw_table import Parsed
from orchestration.core.errors import FeedError, PayloadError
from orchestration.sources import imf
from tests.publisher_server import Asked, Publisher, Reply, publisher_server
from tests.unit.sources.fakes import land
from tests.unit.sources.staged import raw_table, staged

CHARGES = imf.RESOURCES[0]
STRUCTURE_URL = "https://api.imf.org/external/sdmx/3.0/structure/dataflow/IMF.STA/BOP/+"
DATA_URL = "https://api.imf.org/external/sdmx/3.0/data/dataflow/IMF.STA/BOP/21.0.0/*.CD_T+DB_T.SH.USD.A"
DESCRIBED = {
    "data": {
        "dataflows": [
            {
                "id": "BOP",
                "version": "21.0.0",
                "annotations": [{"id": "lastUpdatedAt", "value": "2026-10-01T12:00:00Z"}, {"type": "other"}],
            }
        ]
    }
}

Series = tuple[str, str, str | None, dict[str, list[Any]]]
USA_AND_CHINA: tuple[Series, ...] = (
    ("USA", "CD_T", "6", {"2020": ["116800.5", None], "2021": [None, "NP"]}),
    ("USA", "DB_T", "6", {"2020": ["47000", "P"]}),
    ("CHN", "CD_T", None, {"2020": ["8554000000", None]}),
    ("CHN", "DB_T", None, {"2020": ["37781000000", "E"], "2021": [None, "C"]}),
)


def answer(*series: Series, item: str = "SH", unit: str = "USD") -> dict[str, Any]:
    """A made-up SDMX-JSON 2.0 answer: codes by index, observations as [value, status]."""

    def values(part: int) -> list[str]:
        return sorted({str(one[part]) for one in series if one[part] is not None})

    countries, entries, scales = values(0), values(1), values(2)
    years = sorted({year for one in series for year in one[3]})
    statuses = sorted({note[1] for one in series for note in one[3].values() if note[1]})
    return {
        "data": {
            "dataSets": [
                {
                    "series": {
                        f"{countries.index(country)}:{entries.index(entry)}:0:0:0": {
                            "attributes": [None if scale is None else scales.index(scale)],
                            "observations": {
                                str(years.index(year)): [value, None if status is None else statuses.index(status)]
                                for year, (value, status) in notes.items()
                            },
                        }
                        for country, entry, scale, notes in series
                    }
                }
            ],
            "structures": [
                {
                    "dimensions": {
                        "series": [
                            {"id": "COUNTRY", "values": [{"id": code} for code in countries]},
                            {"id": "BOP_ACCOUNTING_ENTRY", "values": [{"id": code} for code in entries]},
                            {"id": "INDICATOR", "values": [{"id": item}]},
                            {"id": "UNIT", "values": [{"id": unit}]},
                            {"id": "FREQUENCY", "values": [{"id": "A"}]},
                        ],
                        "observation": [{"id": "TIME_PERIOD", "values": [{"value": year} for year in years]}],
                    },
                    "attributes": {
                        "series": [{"id": "SCALE", "values": [{"id": code} for code in scales]}],
                        "observation": [{"id": "STATUS", "values": [{"id": code} for code in statuses]}],
                    },
                }
            ],
        }
    }


def publishes(content: object, described: object = DESCRIBED) -> Publisher:
    def publisher(asked: Asked) -> Reply:
        body = described if "/structure/" in asked.url else content
        return body if isinstance(body, Reply) else Reply(json.dumps(body).encode())

    return publisher


def results(tmp_path: Path, publisher: Publisher) -> list[Parsed]:
    with publisher_server(publisher) as server:
        payloads = land(tmp_path, imf.fetch(CHARGES, server.live_feed(tmp_path)))
    return [result for payload in payloads for result in imf.parse(payload)]


def read(tmp_path: Path, content: object) -> list[dict[str, Any]]:
    (result,) = results(tmp_path, publishes(content))
    assert result.rejects == ()
    return [row for batch in result.batches for row in batch.to_pylist()]


def test_the_flow_s_version_is_asked_for_and_its_date_is_the_vintage(tmp_path: Path) -> None:
    with publisher_server(publishes(answer(*USA_AND_CHINA))) as server:
        payloads = land(tmp_path, imf.fetch(CHARGES, server.live_feed(tmp_path)))
        described, asked = server.asked
    assert (described.url, asked.url) == (STRUCTURE_URL, DATA_URL)
    assert asked.params["c[TIME_PERIOD]"] == "ge:2005-01-01"
    assert asked.headers["accept"] == "application/json"
    assert payloads[0].origin.stamp == "2026-10-01T12:00:00Z 21.0.0"
    (result,) = imf.parse(payloads[0])
    assert (result.table, result.vintage) == ("indicators", date(2026, 10, 1))


def figures(tmp_path: Path, content: object) -> dict[tuple[str, str, int], tuple[float | None, str]]:
    """Staged value and status by area, indicator and year."""
    raw = raw_table(imf.TABLES["indicators"], results(tmp_path, publishes(content)))
    return {
        (row["area"], row["indicator"], row["year"]): (row["value"], row["obs_status"])
        for row in staged("stg_imf__indicators", raw)
    }


def test_a_scale_that_anchors_prove_is_applied_and_what_is_not_published_is_no_zero(tmp_path: Path) -> None:
    assert figures(tmp_path, answer(*USA_AND_CHINA)) == {
        ("USA", "ip_receipts", 2020): (116_800_500_000.0, "A"),
        ("USA", "ip_receipts", 2021): (None, "O"),
        ("USA", "ip_payments", 2020): (47_000_000_000.0, "P"),
        ("CHN", "ip_receipts", 2020): (8_554_000_000.0, "A"),
        ("CHN", "ip_payments", 2020): (37_781_000_000.0, "E"),
        ("CHN", "ip_payments", 2021): (None, "Q"),
    }


def test_single_dollars_beside_a_scale_stay_single_dollars(tmp_path: Path) -> None:
    """As in recorded answers: CAB of the United States in 2025-Q4 is -214611000000 with SCALE 6."""
    content = answer(
        ("USA", "CD_T", "6", {"2020": ["116800500000", None]}),
        ("USA", "DB_T", "6", {"2020": ["47000000000", None]}),
        ("PHL", "DB_T", "6", {"2020": ["2470744910.51831", None]}),
    )
    assert {key: value for key, (value, _) in figures(tmp_path, content).items()} == {
        ("USA", "ip_receipts", 2020): 116_800_500_000.0,
        ("USA", "ip_payments", 2020): 47_000_000_000.0,
        ("PHL", "ip_payments", 2020): 2_470_744_910.51831,
    }
    assert {(row["SCALE"], row["UNIT_MULT"]) for row in read(tmp_path, content)} == {("6", 0)}


def test_a_scale_that_nothing_proves_is_not_applied(tmp_path: Path) -> None:
    content = answer(("PHL", "CD_T", "6", {"2020": ["5000000", None]}), ("PHL", "DB_T", "6", {"2020": ["0", None]}))
    assert {row["UNIT_MULT"] for row in read(tmp_path, content)} == {0}


@pytest.mark.parametrize(
    ("receipts", "payments", "said"),
    [
        (
            "116800500000",
            "47000",
            "47000 with SCALE 6 is in units of the scale, unlike the figure at /data/dataSets/0/",
        ),
        ("116800.5", "47000000000", "4.7e\\+10 with SCALE 6 is in single dollars, unlike the figure at /data/dataSets"),
        ("116800500", "47000000000", "CD_T of USA in 2020 is 1.168e\\+08 with SCALE 6; it must be about 1.1e\\+11 US"),
        ("116800500000000", "47000000000", "CD_T of USA in 2020 is 1.168e\\+14 with SCALE 6; it must be about"),
    ],
)
def test_figures_in_two_units_or_in_none_are_refused(tmp_path: Path, receipts: str, payments: str, said: str) -> None:
    content = answer(("USA", "CD_T", "6", {"2020": [receipts, None]}), ("USA", "DB_T", "6", {"2020": [payments, None]}))
    with pytest.raises(PayloadError, match=said) as refusal:
        results(tmp_path, publishes(content))
    assert str(refusal.value.row).startswith("/data/dataSets/0/series/0:")


def test_raw_keeps_the_publisher_s_status_and_the_place(tmp_path: Path) -> None:
    rows = {row["payload_pointer"]: row for row in read(tmp_path, answer(*USA_AND_CHINA))}
    row = rows["/data/dataSets/0/series/1:0:0:0:0/observations/1"]
    assert (row["COUNTRY"], row["TIME_PERIOD"], row["OBS_VALUE"], row["OBS_STATUS"]) == ("USA", "2021", None, "NP")


def no_series(content: dict[str, Any]) -> None:
    del content["data"]["dataSets"][0]["series"]


def empty_series(content: dict[str, Any]) -> None:
    content["data"]["dataSets"][0]["series"] = {}


def no_data_set(content: dict[str, Any]) -> None:
    content["data"]["dataSets"] = []


def index_without_code(content: dict[str, Any]) -> None:
    series = content["data"]["dataSets"][0]["series"]
    series["99:0:0:0:0"] = series.pop("0:0:0:0:0")


def key_of_words(content: dict[str, Any]) -> None:
    series = content["data"]["dataSets"][0]["series"]
    series["USA:0:0:0:0"] = series.pop("0:0:0:0:0")


def two_time_dimensions(content: dict[str, Any]) -> None:
    content["data"]["structures"][0]["dimensions"]["observation"] *= 2


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (no_series, r"keys missing: \['series'\]"),
        (empty_series, "series is {}; it must not be empty"),
        (no_data_set, r"dataSets is \[\]; it must not be empty"),
        (two_time_dimensions, "must have at most 1 item"),
        (index_without_code, "codes of a series cannot be found by their index:"),
        (key_of_words, "codes of a series cannot be found by their index:"),
    ],
)
def test_an_answer_without_what_was_asked_for_is_refused_before_it_is_stored(
    tmp_path: Path, change: Callable[[dict[str, Any]], None], said: str
) -> None:
    content = answer(*USA_AND_CHINA)
    change(content)
    with pytest.raises(PayloadError, match=said):
        results(tmp_path, publishes(content))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (answer(*USA_AND_CHINA, item="SI"), "INDICATOR is 'SI', not 'SH', which was requested"),
        (answer(*USA_AND_CHINA, unit="XDC"), "UNIT is 'XDC', not 'USD', which was requested"),
        (answer(USA_AND_CHINA[0]), r"entries missing: \['DB_T'\]; credit and debit were requested"),
        (
            answer(("USA", "CD_T", "millions", {"2020": ["1", None]})),
            "SCALE is 'millions'; it must be a power of ten or empty",
        ),
        (answer(("USA", "CD_T", "99", {"2020": ["1", None]})), "SCALE is '99'; it must be a power of ten or empty"),
        (answer(("USA", "CD_T", "13", {"2020": ["1", None]})), "SCALE is '13'; it must be a power of ten or empty"),
        (answer(("USA", "CD_T", "006", {"2020": ["1", None]})), "SCALE is '006'; it must be a power of ten or empty"),
    ],
)
def test_figures_of_another_question_are_refused(tmp_path: Path, content: object, said: str) -> None:
    with pytest.raises(PayloadError, match=said):
        results(tmp_path, publishes(content))


@pytest.mark.parametrize("value", ["n/a", "1,5", "NaN", "Infinity"])
def test_a_value_that_is_no_number_is_put_aside(tmp_path: Path, value: str) -> None:
    content = answer(("USA", "CD_T", "6", {"2020": [value, None]}), ("PHL", "DB_T", "6", {"2020": ["1", None]}))
    (result,) = results(tmp_path, publishes(content))
    assert [reject.pointer for reject in result.rejects] == ["/data/dataSets/0/series/1:0:0:0:0/observations/0"]


@pytest.mark.parametrize(
    "reply",
    [
        Reply(b"<html>login</html>", 200, {"Content-Type": "text/html"}),
        Reply(b",,,,,,\r\n", 200, {"Content-Type": "text/csv"}),
        Reply(b'{"message": "Resource busy", "code": "1", "correlationId": "x", "path": "/"}'),
        Reply(b'{"data": {"dataSets": [{"series": {"0": {'),
        Reply(b'{"data": "\xff"}'),
        Reply(b""),
    ],
)
def test_an_answer_that_holds_no_figures_is_refused_before_it_is_stored(tmp_path: Path, reply: Reply) -> None:
    with pytest.raises((PayloadError, FeedError)):
        results(tmp_path, publishes(reply))


def test_a_code_that_nobody_mapped_stays_without_an_area(tmp_path: Path) -> None:
    content = answer(("ZZZ", "CD_T", "6", {"2020": ["1", None]}), ("XKX", "DB_T", "6", {"2020": ["1", None]}))
    rows = staged("stg_imf__indicators", raw_table(imf.TABLES["indicators"], results(tmp_path, publishes(content))))
    assert sorted(str(row["area"]) for row in rows) == [
        "None",
        "XKX",
    ]  # the test no_nulls on the staging model names it
