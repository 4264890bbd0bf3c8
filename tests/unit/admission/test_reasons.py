"""A jump in one item and in all of them: a synthetic table with regions, items and a ratio."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from orchestration.admission.case import Case, CaseContext, case_of
from orchestration.admission.judge import findings_of
from orchestration.admission.parameters import PARAMETERS
from orchestration.contracts.observation import Balance, Observations
from orchestration.contracts.source import Resource, Source
from orchestration.core.settings import Settings
from orchestration.ingestion.raw_tables import RawFile, raw_schema
from tests.unit.admission.synthetic_vintage import ROOT, SOURCE

REGIONS = {
    "BEA_EU": ["DEU", "FRA", "ITA", "ESP", "NLD", "IRL", "SWE", "AUT", "FIN", "PRT"],
    "BEA_ASIA_PACIFIC": ["CHN", "JPN", "KOR", "IND", "AUS", "SGP", "THA", "IDN"],
}
ECONOMIES = [
    "USA",
    *REGIONS["BEA_EU"],
    *REGIONS["BEA_ASIA_PACIFIC"],
    *["GBR", "CAN", "BRA", "MEX", "ZAF", "CHE", "NOR", "TUR", "CHL", "MUS", "FJI"],
]
ITEMS = ("SH", "SI", "SJ")
YEARS = range(2004, 2025)
SCHEMA = pa.schema(
    [pa.field(name, pa.string()) for name in ("measure", "code", "name", "item")]
    + [pa.field("year", pa.int32()), pa.field("value", pa.float64()), pa.field("payload_pointer", pa.string())]
)
REGIONAL = cast(
    Source,
    SimpleNamespace(
        CARD=SOURCE.CARD,
        RESOURCES=(Resource("regional", "regional"),),
        TABLES={"figures": SCHEMA},
        OBSERVATIONS={
            "figures": Observations(
                measure="measure",
                area="code",
                item="item",
                year="year",
                value="value",
                ratios=frozenset({"share"}),
                balances=(Balance("item", "_T", ITEMS),),
            )
        },
    ),
)


def figures(last: int, *, revised: bool) -> dict[tuple[str, str, str, int], float]:
    """Figures of economies by item, their sums over items, regions and the world, and receipts as a share of both
    flows."""
    chance = np.random.default_rng(20_261_130)
    content: dict[tuple[str, str, str, int], float] = {}
    for place, area in enumerate(ECONOMIES):
        level, growth = 120e9 / (1 + place) ** 1.6, 0.02 + 0.004 * (place % 9)
        for measure in ("receipts", "payments"):
            for number, item in enumerate(ITEMS):
                noise = chance.normal(0, 0.02 + 0.02 * (place > 15), len(YEARS))
                late = chance.normal(0, 0.01, len(YEARS))
                for column, year in enumerate(YEARS):
                    value = level * (1 + number) * (1.2 if measure == "payments" else 1) * (1 + growth) ** column
                    moved = late[column] if revised and year >= 2021 else 0.0
                    if year <= last:
                        content[measure, area, item, year] = float(round(value * np.exp(noise[column] + moved)))
    for measure, area, item, year in list(content):
        total = (measure, area, "_T", year)
        content[total] = content.get(total, 0.0) + content[measure, area, item, year]
    for measure, area, item, year in list(content):
        wholes = ["W00", *(region for region, members in REGIONS.items() if area in members)]
        for whole in wholes:
            key = (measure, whole, item, year)
            content[key] = content.get(key, 0.0) + content[measure, area, item, year]
    for area in (*ECONOMIES, *REGIONS, "W00"):
        for year in range(YEARS[0], last + 1):
            received, paid = (content[measure, area, "_T", year] for measure in ("receipts", "payments"))
            content["share", area, "_T", year] = round(100 * received / (received + paid), 3)
    return content


def raw_file(folder: Path, content: dict[tuple[str, str, str, int], float], vintage: date) -> RawFile:
    measures, codes, items, years = zip(*content, strict=True)
    digest, count = f"regional{vintage}", len(content)
    columns = {
        "measure": measures,
        "code": codes,
        "name": codes,
        "item": items,
        "year": years,
        "value": list(content.values()),
        "payload_pointer": [""] * count,
        "resource": ["regional"] * count,
        "vintage": [vintage] * count,
        "payload_sha256": [digest] * count,
    }
    path = folder / f"{digest}.parquet"
    pq.write_table(pa.table(columns, schema=raw_schema(SCHEMA)), path)
    return RawFile("synthetic", "figures", "regional", vintage, digest, count, path)


@pytest.fixture(scope="module")
def update(tmp_path_factory: pytest.TempPathFactory) -> Case:
    """A true update: a new year, and small revisions of the three before it."""
    folder = tmp_path_factory.mktemp("regional")
    before = raw_file(folder, figures(2023, revised=False), date(2025, 7, 1))
    now = raw_file(folder, figures(2024, revised=True), date(2026, 7, 1))
    return case_of(REGIONAL, [now], CaseContext(Settings(ROOT, folder), {"synthetic": [before]}), PARAMETERS)


@pytest.mark.slow
@pytest.mark.parametrize(("factors", "held"), [((2.5, 3.0, 3.5), False), ((2.5,), True)])
def test_a_jump_in_all_items_at_once_is_none(update: Case, factors: tuple[float, ...], held: bool) -> None:
    now = update.now.copy()
    for item, factor in zip(ITEMS, factors, strict=False):
        series = update.series[["measure", "area", "item"]] == ["receipts", "DEU", item]
        now[series.all(axis=1), -1] *= factor
    reasons = findings_of(replace(update, now=now))
    assert (
        "receipts/DEU/SH" in {reason.series for reason in reasons if reason.edit == "growth" and reason.holds}
    ) is held
