"""Codes of items, of companies' members and of groups of areas agree with their names or a reference table."""

import csv
import re
from collections.abc import Iterator
from importlib.resources import files

import pytest

from tests.unit.on_duckdb import PROJECT

Row = dict[str, str]

UN_REGIONS = {
    "bea": {
        "BEA_AFRICA": "Africa",
        "BEA_ASIA_PACIFIC": "Eastern Asia|South-eastern Asia|Southern Asia|Australia and New Zealand",
        "BEA_EUROPE": "Europe",
        "BEA_LATIN_AMERICA_OTHER_WESTERN_HEMISPHERE": "America|Caribbean",
        "BEA_MIDDLE_EAST": "Western Asia",
    },
    "world_bank": {
        "WB_EAS": "Eastern Asia|South-eastern Asia|Australia and New Zealand|nesia",
        "WB_ECS": "Europe|Central Asia",
        "WB_LCN": "Caribbean|Central America|South America",
        "WB_MEA": "Northern Africa|Western Asia",
        "WB_NAC": "Northern America",
        "WB_SAS": "Southern Asia",
        "WB_SSF": "(Eastern|Middle|Southern|Western) Africa",
    },
}
"""By source, the regions that divide its countries, as regions of the United Nations."""

COUNTED_IN = {
    "bea": {"CAN": "no region", **dict.fromkeys(("CYP", "TUR"), "Europe")},
    "world_bank": {
        **dict.fromkeys(("AFG", "DJI", "IRN", "MLT", "PAK"), "Western Asia"),
        **dict.fromkeys(("ARM", "AZE", "CYP", "GEO", "GRL", "TUR"), "Europe"),
        "SDN": "Eastern Africa",
    },
}
"""By source, countries that it does not count in the region of the United Nations that they lie in."""


def rows(pattern: str) -> list[Row]:
    paths = sorted(PROJECT.glob(f"seeds/{pattern}.csv"))
    return [row for path in paths for row in csv.DictReader(path.read_text(encoding="utf-8").splitlines())]


ITEMS = {row["item"]: row["name"] for row in rows("items/*")}


def own_item(source: str, code: str) -> str:
    """Return the item that a code is by the publisher's own rule, or nothing where its codes follow none."""
    if source in ("eurostat", "oecd", "unctad", "wto"):  # EBOPS codes of SDMX
        return code
    if source == "ons" and (
        numbers := re.fullmatch(r"([1-9]\d?)((?:\.\d)*)", code)
    ):  # 9.2 is the second part of the ninth
        return f"S{chr(ord('A') + int(numbers[1]) - 1)}{numbers[2].replace('.', '')}"
    return f"WIPO_{int(code):02}" if source == "uspto" and code.isdigit() else ""


def test_an_item_code_is_the_item_of_the_publishers_rule_or_of_its_name() -> None:
    unnamed = [
        row
        for row in rows("item_codes/*")
        if row["item"]
        and row["item"] != own_item(row["source"], row["code"])
        and ITEMS[row["item"]] != row["note"]
        and ITEMS[row["item"]].lower() not in row["code"].lower()
    ]
    assert {(row["source"], row["code"]) for row in unnamed if row["source"] != "bea"} == {
        ("ncses", "all fields"),
        ("ncses", "all sectors"),
    }


def test_country_codes_of_members_are_those_of_iso_3166() -> None:
    countries = {row["iso2"]: row["area"] for row in rows("areas/areas__iso3166")}
    members = [row for row in rows("member_codes/*") if row["area"] and not row["area"].startswith("SEC_")]
    assert len(members) > 240
    assert [row for row in members if countries.get(row["code"]) != row["area"]] == []


def un_regions() -> Iterator[tuple[str, str]]:
    text = files("country_converter").joinpath("country_data.tsv").read_text(encoding="utf-8")
    return ((row["ISO3"], row["UNregion"]) for row in csv.DictReader(text.splitlines(), delimiter="\t"))


@pytest.mark.parametrize("source", UN_REGIONS)
def test_every_country_of_a_source_is_in_the_one_region_that_it_counts_in(source: str) -> None:
    members = rows(f"area_groups/area_groups__{source}")
    counted_in = dict(un_regions()) | COUNTED_IN[source]
    countries = {row["area"] for row in rows(f"area_codes/area_codes__{source}")} & counted_in.keys()
    assert len(countries) >= 70
    for country in sorted(countries):
        expected = [group for group, pattern in UN_REGIONS[source].items() if re.search(pattern, counted_in[country])]
        groups = [row["group_area"] for row in members if row["member_area"] == country]
        assert [group for group in groups if group in UN_REGIONS[source]] == expected, country
