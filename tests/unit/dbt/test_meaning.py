"""What descriptions say of a figure is what its payloads and formulas are."""

import csv
import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.unit.on_duckdb import PROJECT

ROOT = PROJECT.parent


def meta_of(metric: str) -> dict[str, Any]:
    (model,) = yaml.safe_load((PROJECT / f"models/metrics/{metric}.yml").read_text(encoding="utf-8"))["models"]
    return dict(model["config"]["meta"])


def codes() -> dict[str, str]:
    """The World Bank's code of each indicator."""
    with (PROJECT / "seeds/indicator_codes/indicator_codes__world_bank.csv").open(encoding="utf-8") as stream:
        return {row["indicator"]: row["code"] for row in csv.DictReader(stream)}


def test_caveats_name_the_accounts_that_a_denominator_is_of() -> None:
    for metric in ("digital_share_of_trade", "services_complementarity"):
        meta = meta_of(metric)
        caveats, inputs = " ".join(meta["caveats"]), str(meta["inputs"])
        assert "_share_of_gdp" in inputs
        assert codes()["exports_share_of_gdp"].startswith("NE."), "NE: national accounts, expenditure"
        assert re.search(r"national accounts \(World Bank,\s+NE\.EXP\.GNFS\.ZS", caveats), metric


def test_caveats_have_what_the_publisher_says_of_direct_applications() -> None:
    notes = [
        path.read_text("utf-8-sig") for path in ROOT.glob("data/bundle/ncses/2024-02-01/nsb20241_tabsinv-01[1-6].csv")
    ]
    assert len(notes) == 6
    assert all("filed directly with WIPO" in note and "the priority country" in note for note in notes)
    assert any("priority country" in caveat for caveat in meta_of("pct_applications")["caveats"])


def test_an_excerpt_states_the_partners_that_it_has() -> None:
    (payload,) = ROOT.glob("data/bundle/oecd/2021-01-31/*.zip")
    excerpt = json.loads(payload.with_name(f"{payload.name}.origin.json").read_text(encoding="utf-8"))["excerpt"]
    with zipfile.ZipFile(payload) as archive, archive.open(archive.namelist()[0]) as stream:
        rows = list(csv.DictReader(io.TextIOWrapper(stream, encoding="utf-8-sig")))
    main = re.compile(r"S[A-GI-L]")  # SH comes with all partners
    partners = {row["Partner"] for row in rows if main.fullmatch(row["Item_code"])}
    assert f"main services items with the world and with {len(partners) - 1} partners" in excerpt


def test_the_glossary_says_what_moved_into_the_charges() -> None:
    (line,) = (
        line for line in (ROOT / "docs/glossary.md").read_text("utf-8").splitlines() if line.startswith("| BPM5 and")
    )
    assert "films" in line
    assert "software, moved into the charges" in line
    assert "three flows with two reports" not in Path(ROOT / "docs/methods/reconciliation.md").read_text(
        encoding="utf-8"
    )


@pytest.mark.parametrize("source", ["snb", "ons", "safe", "oecd"])
def test_vintages_that_the_publisher_does_not_date_are_inferred(source: str) -> None:
    cards = [json.loads(path.read_text(encoding="utf-8")) for path in ROOT.glob("data/bundle/*/*/*.origin.json")]
    assert {card.get("vintage_basis") for card in cards if card["source"] == source} == {"inferred"}
