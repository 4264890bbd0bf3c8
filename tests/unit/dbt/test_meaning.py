"""What descriptions say of a figure is what its payloads and formulas are."""

import csv
import json
import re

import pytest

from tests.unit.on_duckdb import PROJECT

ROOT = PROJECT.parent


def seed(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader((PROJECT / f"seeds/{name}.csv").read_text(encoding="utf-8").splitlines()))


def test_names_of_units_indicators_currencies_and_events_say_what_they_are_mapped_to() -> None:
    sizes = {"thousand": "1000", "000": "10000", "million": "1" + 6 * "0", "billion": "1" + 9 * "0"}
    for row in seed("printed_units/printed_units__publications"):
        unit, _, size = row["printed_unit"].rpartition(" ")
        assert row["multiplier"] == sizes.get(size, "1" + 12 * "0" if size == "trillion" else "1"), row
        assert row["unit"] == unit[:3] or not unit
    own = {row["indicator"] for row in seed("indicator_codes/indicator_codes__world_bank")}
    profile = seed("profile_indicators/profile_indicators__core")
    assert [row for row in profile if row["indicator"] in own - {row["series"]}] == []
    items = {"ip": "SH", "services": "S", "research": "SJ1"}
    for row in profile:
        parts = row["indicator"].split("_")
        if row["series"].startswith("bilateral_services"):
            assert row["series"][-1] == ("X" if {"exports", "from"} & {*parts} else "M"), row
        if {"services", "charges", "receipts", "payments"} & {*parts}:
            assert row["item"] == items[parts[0]], row
    assert all(row["year"] in row["what_changed"] for row in seed("series_breaks"))
    for row in seed("indicator_codes/indicator_codes__imf"):
        sides = {"CD_T": ("credit", "receipts|exports"), "DB_T": ("debit", "payments|imports")}
        side, words = sides[row["code"].partition(".")[0]]
        assert side in row["note"] and re.search(words, row["indicator"]), row  # noqa: PT018
    iso2 = {row["area"]: row["iso2"] for row in seed("areas/areas__iso3166")}
    assert all(row["unit"].startswith(iso2[row["area"]]) for row in seed("exchange_rate_areas")), "ISO 4217"
    for row in seed("policy_events/policy_events__official"):
        year = re.search(r"_(\d{4})$", row["event_id"])
        assert year is None or row["date"].startswith(year[1]), row


@pytest.mark.parametrize("source", ["snb", "ons", "safe", "oecd"])
def test_vintages_that_the_publisher_does_not_date_are_inferred(source: str) -> None:
    cards = [json.loads(path.read_text(encoding="utf-8")) for path in ROOT.glob("data/bundle/*/*/*.origin.json")]
    assert {card.get("vintage_basis") for card in cards if card["source"] == source} == {"inferred"}
