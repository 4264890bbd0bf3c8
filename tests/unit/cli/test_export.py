"""A metric as SDMX-CSV. All figures are synthetic."""

import csv
from pathlib import Path

import duckdb
import pytest

from orchestration.cli.export import export_tables
from orchestration.core.errors import ReleaseError
from orchestration.releases.release_store import Release, parquet_path
from tests.unit.synthetic_project import figure, write_figures

METRIC = "synthetic_metric"


@pytest.fixture
def release(tmp_path: Path) -> Release:
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as connection:
        figures = [
            figure(area="USA", base_year=2001, source="bea+publications"),
            figure(area="USA", year=2025, value=None, obs_status="Q"),
        ]
        write_figures(connection, METRIC, figures)
        connection.execute(
            f"alter table {METRIC} drop is_latest; alter table {METRIC} add release_first_seen text default 'r'"
        )
        (tmp_path / "parquet").mkdir()
        connection.execute(f"copy {METRIC} to '{parquet_path(tmp_path, METRIC)}'")
    tables = {"tables": {METRIC: 2, "dim_unit": 1}, "metrics": {METRIC: {}}}
    return Release(tmp_path, {"id": "r", "published_at": "2026-07-01T06:00:00+00:00", **tables})


def test_figures_have_the_columns_of_sdmx(release: Release, tmp_path: Path) -> None:
    (data,) = export_tables(release, [], "sdmx-csv", tmp_path / "out")
    assert data.name == f"{METRIC}.sdmx.csv"
    with data.open(encoding="utf-8", newline="") as stream:
        first, second = csv.DictReader(stream)
    assert list(first)[:4] == ["STRUCTURE", "STRUCTURE_ID", "ACTION", "FREQ"]
    assert {"COUNTERPART_AREA", "ITEM", "VINTAGE"} < set(first)
    assert (first["REF_AREA"], first["TIME_PERIOD"], first["OBS_VALUE"]) == ("USA", "2024", "5")
    assert (first["UNIT_MEASURE"], first["BASE_PERIOD"], first["SOURCE"]) == ("USD", "2001", "bea+publications")
    assert (second["OBS_VALUE"], second["OBS_STATUS"], second["BASE_PERIOD"]) == ("", "Q", "_Z")
    with pytest.raises(ReleaseError, match="dim_unit is not a metric"):
        export_tables(release, ["dim_unit"], "sdmx-csv", tmp_path / "out")
