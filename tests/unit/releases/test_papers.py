"""The files of a release: whole, true to its tables, harmless whatever text they have. Synthetic figures."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pyarrow.parquet as pq
import pytest

from orchestration.core.errors import ReleaseError
from orchestration.core.files import read_json, sha256_of
from orchestration.core.settings import Settings
from orchestration.guards.guard_report import report_path
from orchestration.reading.release import Release
from tests.unit import synthetic_source as synthetic
from tests.unit.synthetic_project import META, Project, figure, write_suite

pytestmark = pytest.mark.slow

HOSTILE = '<script>alert(\'x\')</script> "quoted" =HYPERLINK("https://evil.example") [a](javascript:b) | <img src=//evil.example/i>'
HOSTILE += " \u202eneddih\u2066 z\u200bw \x1b[2J \u0421HN"
FETCHING = {"script", "img", "link", "iframe", "object", "embed", "video", "audio", "source", "base", "form", "svg"}


def assert_plain(text: str) -> None:
    """Nothing that a reader cannot see changes what is read."""
    assert [character for character in text if not character.isprintable() and character != "\n"] == []


def assert_harmless(page: str) -> None:
    assert_plain(page)
    assert not FETCHING & {*re.findall(r"<(\w+)", page)}
    assert not re.findall(r"<\w[^>]*\s(?:src|href|srcset|action|background|style|on\w+)\s*=", page)
    style = page[page.index("<style>") : page.index("</style>")]
    assert not re.search(r"url\(|@import", style)
    assert "default-src 'none'" in page


PARQUET = {
    "string": "string",
    "int32": "integer",
    "int64": "integer",
    "double": "number",
    "bool": "boolean",
    "date32[day]": "date",
}
ORIGINS = (replace(synthetic.origin(b"b", resource="more"), licence="CC BY 4.0"), synthetic.origin(b"a"))


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """A release of two figures in two units and one without a value."""
    folder = tmp_path_factory.mktemp("papers")
    project = Project(Settings(root=folder / "root", data=folder / "data"), {**META, "unit": "USD (single US dollars)"})
    project.origins = ORIGINS
    write_suite(project.settings)
    return project.release("a", figures=[figure(), figure(unit="PT", year=2023), figure(year=2022, value=None)])


@pytest.fixture(scope="module")
def package(release: Release) -> Mapping[str, Any]:
    content: Mapping[str, Any] = read_json(release.folder / "datapackage.json")
    return content


def test_resources_describe_their_files(release: Release, package: Mapping[str, Any]) -> None:
    assert {resource["name"] for resource in package["resources"]} == set(release.content["tables"])
    for resource in package["resources"]:
        path = release.folder / resource["path"]
        table = pq.read_table(path)
        assert (resource["hash"], resource["bytes"]) == (f"sha256:{sha256_of(path)}", path.stat().st_size)
        assert resource["rows"] == table.num_rows
        fields = {field["name"]: field for field in resource["schema"]["fields"]}
        assert {name: field["type"] for name, field in fields.items()} == {
            field.name: PARQUET[str(field.type)] for field in table.schema
        }
        key = resource["schema"].get("primaryKey", [])
        assert not key or table.group_by(key).aggregate([]).num_rows == table.num_rows
        assert "base_year" not in key


def test_croissant_has_the_records_of_the_package(release: Release, package: Mapping[str, Any]) -> None:
    croissant = read_json(release.folder / "croissant.json")
    assert croissant["license"] == [package["licenses"][0]["path"], package["licenses"][1]["title"]]
    files = {file["@id"]: file["sha256"] for file in croissant["distribution"]}
    assert files == {resource["path"]: resource["hash"].removeprefix("sha256:") for resource in package["resources"]}
    columns = {
        record_set["name"]: [
            (field["source"]["fileObject"]["@id"], field["source"]["extract"]["column"])
            for field in record_set["field"]
        ]
        for record_set in croissant["recordSet"]
    }
    assert columns == {
        resource["name"]: [(resource["path"], field["name"]) for field in resource["schema"]["fields"]]
        for resource in package["resources"]
    }


def test_a_failed_build_reports_its_failing_rows(project: Project) -> None:
    build = project.build("bad", value=5000.0)
    project.guard(build)
    page = report_path(build).read_text()
    assert_harmless(page)
    for part in ("1 of 1 metrics failed", "5000", "2026-07-01", "Failing rows, 1 shown", "AAA"):
        assert part in page
    with pytest.raises(ReleaseError, match=re.escape(str(report_path(build)))):
        project.publish(build, "a" * 64)


def test_the_report_is_harmless_whatever_was_in_the_data_and_the_suite(project: Project) -> None:
    write_suite(project.settings, fault=HOSTILE)
    build = project.build("bad", figures=[figure(value=5000.0, area=HOSTILE, item=HOSTILE * 3)])
    project.guard(build)
    page = report_path(build).read_text()
    assert_harmless(page)
    assert "&lt;script&gt;alert" in page
