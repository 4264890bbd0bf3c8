"""A metric as SDMX-CSV with its data structure. All figures are synthetic."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import duckdb
import pytest

from orchestration.cli.export import export_tables
from orchestration.core.errors import ReleaseError
from orchestration.releases.release_store import Release
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
        connection.execute(
            f"comment on table {METRIC} is 'What is made up.'; comment on column {METRIC}.area is 'The area.'"
        )
        connection.execute(
            "create table dim_area as select 'USA' as area, 'United States' as name, 'US' as iso2, '840' as m49"
        )
        connection.execute("insert into dim_area values ('W00', 'World', null, null)")
        connection.execute("create table dim_service_item as select 'SH' as item, 'Charges' as name")
        connection.execute("create table dim_unit as select 'USD' as unit, 'US dollars' as name")
    content = {
        "id": "r",
        "published_at": "2026-07-01T06:00:00+00:00",
        "tables": {METRIC: 2, "dim_unit": 1},
        "metrics": {METRIC: {}},
    }
    return Release(tmp_path, content)


def test_the_structure_explains_the_figures(release: Release, tmp_path: Path) -> None:
    data, structure = export_tables(release, [METRIC], "sdmx-csv", tmp_path / "out")
    message = json.loads(structure.read_text(encoding="utf-8"))["data"]
    (definition,) = message["dataStructures"]
    components = definition["dataStructureComponents"]["dimensionList"]
    dimensions = [one["id"] for one in components["dimensions"]]
    with data.open(encoding="utf-8", newline="") as stream:
        first, second = csv.DictReader(stream)
    assert {"REF_AREA", "COUNTERPART_AREA", "ITEM", "SOURCE", "VINTAGE"} < set(dimensions) <= set(first)
    assert components["timeDimension"]["id"] == "TIME_PERIOD"
    assert (first["REF_AREA"], first["TIME_PERIOD"], first["OBS_VALUE"]) == ("USA", "2024", "5")
    assert (first["UNIT_MEASURE"], first["BASE_PERIOD"], first["SOURCE"]) == ("USD", "2001", "bea+publications")
    assert (second["OBS_VALUE"], second["OBS_STATUS"], second["BASE_PERIOD"]) == ("", "Q", "_Z")
    (areas,) = [one for one in message["codelists"] if one["id"] == "CL_AREA"]
    named = {
        one["id"]: [one["name"], *(note["title"] for note in one.get("annotations", ()))] for one in areas["codes"]
    }
    assert named == {"USA": ["United States", "US", "840"], "W00": ["World"]}


def test_the_same_release_gives_the_same_bytes_in_its_own_words(release: Release, tmp_path: Path) -> None:
    paths = [export_tables(release, [], "sdmx-csv", tmp_path / name) for name in ("one", "two")]
    assert [path.name for path in paths[0]] == [f"{METRIC}.sdmx.csv", f"{METRIC}.structure.json"]
    assert [path.read_bytes() for path in paths[0]] == [path.read_bytes() for path in paths[1]]
    written = json.loads(paths[0][1].read_text(encoding="utf-8"))["data"]
    assert written["dataflows"][0]["description"] == "What is made up."
    concepts = {one["id"]: one for one in written["conceptSchemes"][0]["concepts"]}
    assert concepts["REF_AREA"]["description"] == "The area."
    with paths[0][0].open(encoding="utf-8", newline="") as stream:
        assert next(csv.reader(stream))[:4] == ["STRUCTURE", "STRUCTURE_ID", "ACTION", "FREQ"]


def test_a_table_that_is_no_metric_has_no_dimensions(release: Release, tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match="dim_unit is not a metric"):
        export_tables(release, ["dim_unit"], "sdmx-csv", tmp_path)
