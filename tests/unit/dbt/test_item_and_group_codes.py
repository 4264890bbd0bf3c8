"""Codes of items, of companies' members and of groups of areas agree with their names or a reference table."""

import csv
import re
from collections.abc import Iterator
from importlib.resources import files

from tests.unit.on_duckdb import PROJECT

Row = dict[str, str]

UN_REGIONS = {
    "BEA_AFRICA": "Africa",
    "BEA_ASIA_PACIFIC": "Eastern Asia|South-eastern Asia|Southern Asia|Australia and New Zealand",
    "BEA_EUROPE": "Europe",
    "BEA_LATIN_AMERICA_OTHER_WESTERN_HEMISPHERE": "America|Caribbean",
    "BEA_MIDDLE_EAST": "Western Asia",
}
"""The regions of the BEA that divide its countries, as regions of the United Nations."""

IN_EUROPE = {"CYP", "TUR"}
"""Economies of Western Asia that the BEA counts in Europe."""

IN_NO_REGION = {"CAN"}
"""The BEA shows Canada beside its regions."""


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


def test_every_country_of_the_bea_is_in_the_one_region_that_it_lies_in() -> None:
    members, lies_in = rows("area_groups/area_groups__bea"), dict(un_regions())
    countries = {row["area"] for row in rows("area_codes/area_codes__bea")} & lies_in.keys() - IN_NO_REGION
    assert len(countries) >= 70
    for country in sorted(countries):
        region = "Europe" if country in IN_EUROPE else lies_in[country]
        expected = [group for group, pattern in UN_REGIONS.items() if re.search(pattern, region)]
        groups = [row["group_area"] for row in members if row["member_area"] == country]
        assert [group for group in groups if group in UN_REGIONS] == expected, country
