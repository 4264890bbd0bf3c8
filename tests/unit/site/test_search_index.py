"""What the search finds: names that exist, other names that are unambiguous, and pages that were written."""

import csv
import re
import unicodedata
from collections import Counter
from pathlib import Path

from orchestration.site.pages.search import aliases

ROOT = Path(__file__).resolve().parents[3]
SEEDS = ROOT / "dbt_project" / "seeds"


def names_of(pattern: str, key: str) -> dict[str, str]:
    rows = [row for path in SEEDS.glob(pattern) for row in csv.DictReader(path.open(encoding="utf-8"))]
    return {row[key]: row["name"] for row in rows}


def plain(text: str) -> str:
    letters = "".join(letter for letter in unicodedata.normalize("NFD", text) if not unicodedata.combining(letter))
    return re.sub(r"[^a-z0-9]+", " ", letters.lower()).strip()


def test_another_name_of_an_economy_is_that_of_no_other_and_no_repetition() -> None:
    names = names_of("areas/areas__iso3166.csv", "area")
    pairs = [
        (key, plain(alias))
        for (kind, key), other_names in aliases().items()
        if kind == "economy"
        for alias in other_names
    ]
    assert [count for count in Counter(alias for _, alias in pairs).items() if count[1] > 1] == []
    official = {plain(name): key for key, name in names.items()}
    assert [(key, alias) for key, alias in pairs if alias in official] == []
