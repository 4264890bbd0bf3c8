"""What descriptions say of a figure is what its payloads and formulas are."""

import csv
import io
import json
import re
import zipfile

import pytest

from tests.unit.on_duckdb import PROJECT

ROOT = PROJECT.parent


def test_an_excerpt_states_the_partners_that_it_has() -> None:
    (payload,) = ROOT.glob("data/bundle/oecd/2021-01-31/*.zip")
    excerpt = json.loads(payload.with_name(f"{payload.name}.origin.json").read_text(encoding="utf-8"))["excerpt"]
    with zipfile.ZipFile(payload) as archive, archive.open(archive.namelist()[0]) as stream:
        rows = list(csv.DictReader(io.TextIOWrapper(stream, encoding="utf-8-sig")))
    main = re.compile(r"S[A-GI-L]")  # SH comes with all partners
    partners = {row["Partner"] for row in rows if main.fullmatch(row["Item_code"])}
    assert f"main services items with the world and with {len(partners) - 1} partners" in excerpt


@pytest.mark.parametrize("source", ["snb", "ons", "safe", "oecd"])
def test_vintages_that_the_publisher_does_not_date_are_inferred(source: str) -> None:
    cards = [json.loads(path.read_text(encoding="utf-8")) for path in ROOT.glob("data/bundle/*/*/*.origin.json")]
    assert {card.get("vintage_basis") for card in cards if card["source"] == source} == {"inferred"}
