"""The data package and the Croissant description of a release state what its Parquet files are. All figures are synthetic."""

from __future__ import annotations

from typing import Any

import pyarrow.parquet as pq
import pytest

from orchestration.core.files import read_json, sha256_of
from orchestration.releases.release_store import Release
from tests.unit.synthetic_project import META, Project, figure

pytestmark = pytest.mark.slow

PARQUET = {
    "string": "string",
    "int32": "integer",
    "int64": "integer",
    "double": "number",
    "bool": "boolean",
    "date32[day]": "date",
}


@pytest.fixture
def release(project: Project) -> Release:
    project.meta = {**META, "unit": "USD (single US dollars)"}
    return project.release("a", figures=[figure(), figure(year=2023, value=None, obs_status="Q")])


def test_every_resource_is_its_file_with_its_columns_types_and_key(release: Release) -> None:
    package = read_json(release.folder / "datapackage.json")
    assert {one["name"] for one in package["resources"]} == set(release.content["tables"])
    for resource in package["resources"]:
        path = release.folder / resource["path"]
        table = pq.read_table(path)
        assert (resource["hash"], resource["bytes"]) == (f"sha256:{sha256_of(path)}", path.stat().st_size)
        assert resource["rows"] == table.num_rows
        fields = {field["name"]: field["type"] for field in resource["schema"]["fields"]}
        assert fields == {field.name: PARQUET[str(field.type)] for field in table.schema}
        required = [one["name"] for one in resource["schema"]["fields"] if one.get("constraints", {}).get("required")]
        assert all(table.column(name).null_count == 0 for name in required)
        key = resource["schema"].get("primaryKey", [])
        assert not key or table.group_by(key).aggregate([]).num_rows == table.num_rows


def test_croissant_has_the_records_of_the_package(release: Release) -> None:
    croissant, package = (read_json(release.folder / name) for name in ("croissant.json", "datapackage.json"))
    files = {one["@id"]: one["sha256"] for one in croissant["distribution"]}
    assert files == {one["path"]: one["hash"].removeprefix("sha256:") for one in package["resources"]}

    def columns(record_set: dict[str, Any]) -> list[tuple[str, str]]:
        return [(one["source"]["fileObject"]["@id"], one["source"]["extract"]["column"]) for one in record_set["field"]]

    assert {one["name"]: columns(one) for one in croissant["recordSet"]} == {
        one["name"]: [(one["path"], field["name"]) for field in one["schema"]["fields"]] for one in package["resources"]
    }
