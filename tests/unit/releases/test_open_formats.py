"""Descriptions of a release in open formats, each read by the format's own tool. All figures are synthetic."""

from __future__ import annotations

import json
from pathlib import Path
from shutil import copytree
from typing import Any

import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
import yaml

from orchestration.core.files import read_json, write_json
from orchestration.releases.data_contracts import contract_path
from orchestration.releases.release_store import Release, parquet_path
from tests.readers import read_with, shapes_of_dcat_ap
from tests.unit import synthetic_source as synthetic
from tests.unit.synthetic_project import META, Project, figure

pytestmark = pytest.mark.slow

METRIC = "synthetic_metric"


@pytest.fixture
def folder(project: Project, tmp_path: Path) -> Path:
    """A copy of a release's folder that may be written to."""
    project.meta = {**META, "unit": "USD (single US dollars)", "caveats": ["Made up."], "cadence": "never"}
    release = project.release("a", figures=[figure(), figure(year=2023, value=None, obs_status="Q")])
    copy = Path(copytree(release.folder, tmp_path / "copy"))
    for path in copy.rglob("*"):
        path.chmod(0o700 if path.is_dir() else 0o600)
    return copy


def contract(folder: Path, table: str = METRIC) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((folder / contract_path(table)).read_text(encoding="utf-8"))
    return content


def test_every_table_has_a_contract_in_the_words_of_its_model(folder: Path) -> None:
    release = Release(folder, read_json(folder / "release.json"))
    files = set(release.content["files"])
    assert {contract_path(table) for table in release.content["tables"]} <= files
    assert {"croissant.json", "dcat.jsonld"} <= files
    held = contract(folder)
    assert (held["id"], held["version"]) == (f"bilateral.{METRIC}", release.id)
    assert held["description"]["purpose"] == "The synthetic synthetic_metric; it's quoted."
    assert held["description"]["limitations"] == "Made up."
    assert held["slaProperties"] == [{"property": "frequency", "value": "never"}]
    further = {one["property"]: one["value"] for one in held["customProperties"]}
    assert (further["unit"], further["licences"]) == ("USD (single US dollars)", [synthetic.CARD.licence])
    (schema,) = held["schema"]
    columns = {one["name"]: one for one in schema["properties"]}
    assert columns["area"]["required"]
    assert columns["area"]["primaryKey"]
    assert not columns["value"]["required"]
    assert columns["value"]["customProperties"] == [{"property": "unit", "value": "USD"}]


def test_a_key_that_is_empty_in_some_rows_is_no_primary_key_and_still_is_checked(project: Project) -> None:
    folder = project.release("a", figures=[figure(), figure(year=2023, base_year=2001)]).folder
    (schema,) = contract(folder)["schema"]
    assert not [one["name"] for one in schema["properties"] if one.get("primaryKey")]
    assert "base_year" in schema["quality"][1]["arguments"]["properties"]
    asked = read_with(folder, "datacontract", "ci", contract_path(METRIC), "--server", "duckdb", "--json")
    assert asked.returncode == 0, asked.stdout + asked.stderr


def test_datacontract_finds_the_tables_as_their_contracts_say(folder: Path) -> None:
    contracts = [str(path.relative_to(folder)) for path in sorted(folder.glob("contracts/*"))]
    assert len(contracts) == 4
    asked = read_with(folder, "datacontract", "ci", *contracts, "--server", "duckdb", "--json")
    assert asked.returncode == 0, asked.stdout + asked.stderr
    assert set(results_of(asked.stdout)) == {"passed"}


def test_datacontract_stops_a_file_that_breaks_its_contract(folder: Path) -> None:
    path = parquet_path(folder, METRIC)
    table = pq.read_table(path)
    empty = pc.if_else(pc.equal(table["year"], 2024), table["unit"], None)
    pq.write_table(table.set_column(table.column_names.index("unit"), "unit", empty), path)
    asked = read_with(folder, "datacontract", "test", contract_path(METRIC), "--server", "parquet")
    assert asked.returncode != 0
    assert "unit" in "\n".join(line for line in asked.stdout.splitlines() if "failed" in line)


def results_of(printed: str) -> list[str]:
    """The results of the checks in what ``datacontract ci --json`` prints."""
    found = json.loads(printed)
    return [check["result"] for run in (found if isinstance(found, list) else [found]) for check in run["checks"]]


def test_frictionless_reads_the_data_package(folder: Path) -> None:
    # bytes are not counted: the tool counts those of text files only
    ask = ("frictionless", "validate", "datapackage.json", "--skip-errors", "byte-count", "--json")
    asked = read_with(folder, *ask)
    assert asked.returncode == 0, asked.stdout + asked.stderr
    assert json.loads(asked.stdout)["valid"]
    package = read_json(folder / "datapackage.json")
    (resource,) = [one for one in package["resources"] if one["name"] == METRIC]
    assert {"area", "vintage", "item"} <= set(resource["schema"]["primaryKey"])
    (value,) = [one for one in resource["schema"]["fields"] if one["name"] == "value"]
    value["constraints"] = {"required": True}  # one figure is suppressed
    write_json(folder / "datapackage.json", package)
    assert read_with(folder, *ask).returncode != 0


def test_mlcroissant_reads_the_records(folder: Path) -> None:
    asked = read_with(folder, "mlcroissant", "validate", "--jsonld", "croissant.json")
    assert asked.returncode == 0, asked.stderr
    assert "warning" not in asked.stderr.lower()
    read = ("mlcroissant", "load", "--jsonld", "croissant.json", "--record_set", METRIC, "--num_records", "-1")
    asked = read_with(folder, *read)
    assert asked.returncode == 0, asked.stderr
    assert f"{METRIC}/value" in asked.stdout
    table = pq.read_table(parquet_path(folder, METRIC))
    pq.write_table(table.drop_columns(["value"]), parquet_path(folder, METRIC))
    assert read_with(folder, *read).returncode != 0


def test_the_catalogue_conforms_to_the_shapes_of_dcat_ap(folder: Path) -> None:
    ask = ("pyshacl", "-s", str(shapes_of_dcat_ap()), "-sf", "json-ld", "-df", "json-ld", "dcat.jsonld")
    asked = read_with(folder, *ask)
    assert asked.returncode == 0, asked.stdout + asked.stderr
    catalogue = read_json(folder / "dcat.jsonld")
    (metric,) = [one for one in catalogue["@graph"] if one["@id"] == f"#{METRIC}"]
    assert metric["dcat:distribution"][0]["dct:rights"]["rdfs:label"]["@value"] == synthetic.CARD.licence
    del metric["dct:description"]
    write_json(folder / "dcat.jsonld", catalogue)
    asked = read_with(folder, *ask)
    assert asked.returncode == 1
    assert "dcterms:description" in asked.stdout
