"""The folder of a real release states units, sources and licences; landing alone is enough to publish it again."""

import shutil
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from orchestration.core.files import read_json
from orchestration.core.settings import Settings
from orchestration.releases.release_store import Release, current_release, require_current
from tests.integration.conftest import PublishedCopy, run_bilateral


def test_values_state_their_units_and_facts_their_sources(release: Release) -> None:
    resources = {resource["name"]: resource for resource in read_json(release.folder / "datapackage.json")["resources"]}
    for name in (
        *(f"{metric}_all" for metric in release.content["metrics"]),
        "fct_indicator",
        "fct_bilateral_services",
    ):
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


@pytest.mark.campaign
def test_everything_comes_back_from_landing_alone(published_copy: PublishedCopy, tmp_path: Path) -> None:
    """Only landing is copied; figures are the same, except for the column that names the release."""
    root, data = tmp_path / "tree", tmp_path / "data"
    shutil.copytree(published_copy.root, root)
    shutil.copytree(published_copy.data / "landing", data / "landing")
    published_copy.lend_parse(data)
    before = require_current(published_copy.settings)
    no_proxy = {"HTTPS_PROXY": "http://127.0.0.1:9", "HTTP_PROXY": "http://127.0.0.1:9"}
    done = run_bilateral(root, data, "refresh", **no_proxy)
    assert done.returncode == 0, done.stderr
    assert ", nothing new" in done.stderr
    assert " of them new" not in done.stderr
    after = current_release(Settings(root, data))
    assert after is not None
    assert after.fingerprint == before.fingerprint
    files = {path.relative_to(before.folder) for path in before.folder.rglob("*.parquet")}
    assert files == {path.relative_to(after.folder) for path in after.folder.rglob("*.parquet")}
    for name in files:
        if (before.folder / name).read_bytes() != (after.folder / name).read_bytes():
            kept, made = (pq.read_table(release.folder / name) for release in (before, after))
            same = [column for column in made.column_names if column != "release_first_seen"]
            assert made.select(same).equals(kept.select(same)), name
