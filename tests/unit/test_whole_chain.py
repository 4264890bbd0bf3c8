"""The benchmark of the whole chain: its figures are lawful, and it sees the steps of a refresh. All figures are synthetic."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from bench.synthetic_services import REPORTED_YEARS, Items, World, balanced_rows, reported_rows
from bench.whole_chain import Cost, _exponent, _step_of_files, _step_of_line, observed
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


def test_a_refresh_is_seen_step_by_step(tmp_path: Path) -> None:
    lines = [
        "   1.5s  start    loading the code location",
        "  16.0s  fetch    every source on the bundle feed",
        "  22.0s  raw      wto: 814 rows from 2 payloads, 2 of them new",
        "  33.2s  dbt      250 models and tests so far",
        "  66.9s  dbt      196 tables built, 1077 tests passed, 1,708,897 rows",
        "  78.8s  guards   22 metrics, 1328 expectations evaluated, 0 metrics failed",
        "  94.7s  site     211 pairs of economies, 200 economies, 21 metrics",
    ]
    seen = [_step_of_line(line) for line in lines]
    assert [step[0] if step else "" for step in seen] == ["", "1", "2", "", "3", "4", "7"]
    part = tmp_path / ".20260101.part"
    part.mkdir()
    assert _step_of_files(tmp_path) is None
    (part / "diff.json").touch()
    assert str(_step_of_files(tmp_path)).startswith("5")
    (part / "site").mkdir()
    assert str(_step_of_files(tmp_path)).startswith("6")


@pytest.mark.slow
def test_memory_is_that_of_all_processes_of_a_command(tmp_path: Path) -> None:
    held = "x = bytearray(50_000_000); import time; time.sleep(1)"
    both = f"import subprocess, sys; p = subprocess.Popen([sys.executable, '-c', {held!r}]); {held}; p.wait()"
    assert observed([sys.executable, "-c", both], {}, tmp_path, "0 start").of("whole").memory > 100_000_000
    with pytest.raises(SystemExit, match="out of order"):
        observed([sys.executable, "-c", "raise SystemExit('out of order')"], {}, None, "0 start")


def test_an_exponent_is_of_what_the_rows_cost_beyond_the_bundle() -> None:
    without, then, now = Cost(processor=100), Cost(processor=110), Cost(processor=200)
    assert _exponent(now, then, without, 10) == "1.00"
    assert _exponent(then, Cost(processor=100.5), without, 10) == "-"
