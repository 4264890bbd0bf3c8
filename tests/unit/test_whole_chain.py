"""The synthetic figures of the benchmark of the whole chain add up as official ones do."""

from __future__ import annotations

import pytest

from bench.synthetic_services import REPORTED_YEARS, Items, World, balanced_rows, reported_rows
from orchestration.core.settings import Settings


@pytest.fixture(scope="module")
def world() -> World:
    settings = Settings.from_environment()
    return World(settings, Items.of(settings, 2), REPORTED_YEARS)


def test_parts_of_a_reported_service_add_up_to_it(world: World) -> None:
    (batch,) = reported_rows(world, 1)
    rows = batch.to_pandas()
    assert rows.duplicated(["IndicatorCode", "ReporterCode", "PartnerCode", "ProductCode", "Year"]).sum() == 0
    wide = rows.pivot_table("Value", ["IndicatorCode", "ReporterCode", "Year"], "ProductCode")
    assert (wide["SH"] - wide[["SH1", "SH2", "SH3", "SH4"]].sum(axis=1)).abs().max() < 0.01
    exports, imports = (rows[rows["IndicatorCode"] == f"ITS_CS_A{flow}6"] for flow in "XM")
    keys = ["ProductCode", "Year"]
    both = exports.merge(
        imports, left_on=["ReporterCode", "PartnerCode", *keys], right_on=["PartnerCode", "ReporterCode", *keys]
    )
    assert len(both) == len(exports)
    assert (both["Value_x"] / both["Value_y"]).between(0.2, 5).all()


def test_the_balanced_world_is_the_sum_of_its_partners(world: World) -> None:
    batch = next(balanced_rows(world, 1))
    rows = batch.to_pandas()
    total = rows["Partner"] == "W"
    keys = ["Item_code", "Year"]
    sums = rows[~total].groupby(keys)["Balanced_value"].sum()
    assert ((sums - rows[total].set_index(keys)["Balanced_value"]).abs() < 0.01).all()
