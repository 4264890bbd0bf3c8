"""The folder of a real release states units, sources and licences; landing alone is enough to publish it again."""

import duckdb

from orchestration.core.files import read_json
from orchestration.reading.release import Release


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
