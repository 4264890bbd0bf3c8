"""The folder of a real release: every file is whole, true to the tables and repeatable."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from orchestration.assets.release_asset import RELEASE_KEY, accept_config
from orchestration.core.files import read_json, sha256_of, write_json
from orchestration.core.settings import Settings
from orchestration.definitions import build_definitions
from orchestration.releases.release_store import Release, require_current
from tests.integration.conftest import PublishedCopy, run_bilateral

REASON = "compared with the publisher's own table"


@pytest.fixture
def project(published_copy: PublishedCopy, tmp_path: Path) -> Settings:
    """The published tree with a data folder of this test's own."""
    shutil.copytree(published_copy.data, tmp_path / "data", symlinks=True)
    return Settings(root=published_copy.root, data=tmp_path / "data")


def test_values_state_their_units_and_facts_their_sources(release: Release) -> None:
    resources = {resource["name"]: resource for resource in read_json(release.folder / "datapackage.json")["resources"]}
    for name in (*release.content["metrics"], "fct_indicator", "fct_bilateral_services"):
        (value,) = [field for field in resources[name]["schema"]["fields"] if field["name"] == "value"]
        assert value["units"], name
        assert resources[name]["sources"], name
    fields = {field["name"]: field for field in resources["bilateral_profile"]["schema"]["fields"]}
    assert fields["area_gdp_usd"]["units"] == ["USD"]
    assert fields["area_exports_share_of_gdp_percent"]["units"] == ["PT"]


def test_licences_and_citations_are_those_of_the_origin_cards(release: Release) -> None:
    package = read_json(release.folder / "datapackage.json")
    cards = read_json(release.folder / "origins.json")
    for name in ("licence", "citation"):
        assert {source[name] for source in package["sources"]} == {card[name] for card in cards}
    assert {licence["title"] for licence in package["licenses"]} == {card["licence"] for card in cards}
    with duckdb.connect(str(release.database), read_only=True) as connection:
        known = {row[0] for row in connection.execute("select payload_sha256 from dim_payload").fetchall()}
    assert {card["sha256"] for card in cards} == known
    assert len(cards) == sum(source["payloads"] for source in release.content["sources"].values())


def slipped(project: Settings) -> Release:
    """Return the current release with American receipts in thousands, the hash to match, and other inputs."""
    release = require_current(project)
    path = release.folder / "parquet" / "metric_vintages.parquet"
    table = pq.read_table(path)
    american = pc.and_(pc.equal(table["metric_id"], "ip_receipts"), pc.equal(table["area"], "USA"))
    values = pc.if_else(american, pc.divide(table["value"], 1000.0), table["value"])
    changed = table.set_column(table.schema.get_field_index("value"), pa.field("value", pa.float64()), values)
    os.chmod(path, 0o644)
    pq.write_table(changed, path)
    content = json.loads((release.folder / "release.json").read_text())
    content["files"]["parquet/metric_vintages.parquet"] = sha256_of(path)
    content["fingerprint"] = "0" * 64
    write_json(release.folder / "release.json", content)
    return require_current(project)


def run_release(project: Settings, config: dict[str, Any]) -> dg.ExecuteInProcessResult:
    """The release asset alone, over the build that is there."""
    job = dg.define_asset_job("alone", selection=dg.AssetSelection.assets(RELEASE_KEY))
    location = dg.Definitions.merge(build_definitions(project), dg.Definitions(jobs=[job]))
    with dg.DagsterInstance.ephemeral() as instance:
        return location.resolve_job_def("alone").execute_in_process(
            instance=instance, raise_on_error=False, run_config=config
        )


@pytest.mark.campaign
def test_beyond_the_limits_a_run_needs_a_reason_which_is_recorded(project: Settings) -> None:
    before = slipped(project)
    refused = run_release(project, {})
    assert not refused.success
    (failure,) = [event for event in refused.all_events if event.is_step_failure]
    failed = failure.step_failure_data.user_failure_data
    assert failed is not None
    for part in (
        "rows changed without a declaration",
        "receipts USA W00 SH",
        "--accept",
    ):
        assert part in str(failed.description)
    assert require_current(project).id == before.id

    accepted = run_release(project, accept_config(REASON))
    assert accepted.success, [event.message for event in accepted.all_events if event.is_failure]
    now = require_current(project)
    assert now.previous == before.id
    assert now.content["accepted"]["reason"] == REASON
    counted = read_json(now.folder / "diff.json")
    assert {name for name, metric in counted["metrics"].items() if metric["changed"]} == {"ip_receipts"}
    (movement,) = counted["metrics"]["ip_receipts"]["largest_movements"]
    assert (movement["area"], movement["counterpart_area"]) == ("USA", "W00")
    assert movement["factor"] == pytest.approx(1000)

    shown = run_bilateral(project.root, project.data, "releases", "diff", before.id, now.id)
    assert "factor of 1,000" in shown.stdout
