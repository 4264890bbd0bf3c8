"""Figures of the bundle, read again from its payloads without any code of the pipeline, equal those of the release."""

import csv
import gzip
import json

import pytest

from tests.integration.conftest import REPOSITORY, PublishedCopy

BUNDLE = REPOSITORY / "data" / "bundle"
LINE = {"S": "12", "SG": "19", "SH": "20", "SI": "21"}
"""Numbers of lines of BEA's table 1.5, by item."""

BEA = (
    ("China", "CHN", "SH", 2016),
    ("China", "CHN", "SH", 2018),
    ("Ireland", "IRL", "SH", 2020),
    ("Japan", "JPN", "SI", 2020),
    ("United Kingdom Islands, Caribbean", "BEA_UK_ISLANDS_CARIBBEAN", "SH", 2018),
    ("Malta", "MLT", "SH", 2016),  # suppressed
)
WORLD_BANK = (
    ("ip_receipts", "2026-07-01", "GTM", 2024),
    ("ip_receipts", "2025-12-17", "KEN", 2020),
    ("ip_receipts", "2026-07-01", "WB_SSF", 2019),
    ("ip_payments", "2026-07-01", "GTM", 2023),
    ("ip_payments", "2025-12-17", "NGA", 2022),
)


@pytest.mark.parametrize(("name", "area", "item", "year"), BEA)
def test_exports_match_bea_table_1_5(published_copy: PublishedCopy, name: str, area: str, item: str, year: int) -> None:
    with (BUNDLE / "bea/2021-09-21/table_1_5_exports.csv").open(newline="") as file:
        cells = list(csv.reader(file))
    (column,) = (
        number for number, pair in enumerate(zip(cells[5], cells[6], strict=True)) if pair == (name, str(year))
    )
    (printed,) = (row[column] for row in cells if row[0] == LINE[item])
    (row,) = published_copy.query(
        "select value, obs_status from metric_vintages where metric_id = 'bilateral_services_balance' and source = 'bea' "
        f"and measure = 'exports' and area = 'USA' and counterpart_area = '{area}' and item = '{item}' and year = {year} "
        "and vintage = '2021-09-21'"
    )
    expected = (None, "Q") if printed == "(D)" else (float(printed) * 1_000_000, row["obs_status"])
    assert (row["value"], row["obs_status"]) == expected


@pytest.mark.parametrize(("metric", "vintage", "area", "year"), WORLD_BANK)
def test_charges_match_world_bank(
    published_copy: PublishedCopy, metric: str, vintage: str, area: str, year: int
) -> None:
    payload = BUNDLE / "world_bank" / vintage / f"{metric}_page_1.json.gz"
    rows = json.loads(gzip.decompress(payload.read_bytes()))[1]
    code = area.removeprefix("WB_")
    (printed,) = (row["value"] for row in rows if (row["countryiso3code"], row["date"]) == (code, str(year)))
    assert isinstance(printed, float | int)
    assert published_copy.query(
        f"select value from metric_vintages where metric_id = '{metric}' and source = 'world_bank' and area = '{area}' "
        f"and year = {year} and vintage = '{vintage}'"
    ) == [{"value": printed}]
