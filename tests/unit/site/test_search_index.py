"""What the search finds: names that exist, other names that are unambiguous, and pages that were written."""

import csv
import math
import re
import unicodedata
from collections import Counter
from pathlib import Path

import duckdb
import pytest
from yaml import safe_load

from orchestration.site.charts import as_script
from orchestration.site.pages.search import Entry, aliases, entries_of, search_script
from orchestration.site.pages.terms import glossary_terms
from orchestration.site.pairs import Economy, Pair

ROOT = Path(__file__).resolve().parents[3]
SEEDS = ROOT / "dbt_project" / "seeds"


def names_of(pattern: str, key: str) -> dict[str, str]:
    rows = [row for path in SEEDS.glob(pattern) for row in csv.DictReader(path.open(encoding="utf-8"))]
    return {row[key]: row["name"] for row in rows}


def plain(text: str) -> str:
    letters = "".join(letter for letter in unicodedata.normalize("NFD", text) if not unicodedata.combining(letter))
    return re.sub(r"[^a-z0-9]+", " ", letters.lower()).strip()


def test_every_other_name_is_of_something_that_exists() -> None:
    known = {
        "economy": {"WB_EUU", *names_of("areas/areas__iso3166.csv", "area")},
        "area": {key for path in SEEDS.glob("areas/*.csv") for key in names_of(f"areas/{path.name}", "area")},
        "event": {row["event_id"] for path in SEEDS.glob("policy_events/*.csv") for row in csv.DictReader(path.open())},
        "item": set(names_of("items/*.csv", "item")),
        "metric": {path.stem for path in (ROOT / "dbt_project" / "models" / "metrics").glob("*.sql")},
        "term": {term.place for term in glossary_terms(ROOT)},
    }
    assert {kind for kind, _ in aliases()} == set(known)
    assert [(kind, key) for kind, key in aliases() if key not in known[kind]] == []


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


def test_the_terms_are_those_of_the_glossary_as_plain_text() -> None:
    terms = {term.term: term for term in glossary_terms(ROOT)}
    rows = re.findall(r"^\| (?!term |-)", (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8"), re.M)
    assert len(terms) == len(rows) > 40
    assert len({term.place for term in terms.values()}) == len(terms)
    assert terms["mirror data"].section == "Trade and balance of payments"
    assert terms["EBOPS 2010"].meaning.endswith("such as SH")
    assert terms["reconciled"].meaning.endswith("by the reliability of each reporter")
    assert not [term.term for term in terms.values() if re.search(r"[*`\[\]|]|\.md", term.term + term.meaning)]


def test_every_distinction_is_a_term_that_metrics_link_to() -> None:
    models = (ROOT / "dbt_project" / "models" / "metrics").glob("*.yml")
    metas = [safe_load(path.read_text(encoding="utf-8"))["models"][0]["config"]["meta"] for path in models]
    linked = {term for meta in metas for term in meta.get("terms", ())}
    terms = glossary_terms(ROOT)
    assert {term.term for term in terms if term.section == "Distinctions that change a figure"} <= linked
    assert linked <= {term.term for term in terms}


def test_the_index_is_a_script_that_has_no_markup() -> None:
    script = search_script([Entry("economy", "AAA", "</script><b>", "", ("é",))], [], "")
    assert "<" not in script
    with pytest.raises(ValueError, match="not JSON compliant"):
        as_script(math.nan)


def test_an_entry_opens_its_first_page_that_was_written_and_only_an_economy_needs_none(tmp_path: Path) -> None:
    for page in ("economies/CHN.html", "economies/USA.html", "metrics/ip_receipts.html", "metrics/index.html"):
        path = tmp_path / page
        path.parent.mkdir(exist_ok=True)
        path.touch()
    with duckdb.connect() as connection:
        connection.execute(
            "create table dim_area as select * from (values ('CHN', 'China', 'CN', 'country'), ('NZL', 'New Zealand', 'NZ', "
            "'country'), ('W00', 'World', null, 'aggregate')) as areas(area, name, iso2, kind);"
            "create table dim_policy_event as select 'tariff' as event_id, 'A tariff' as title, 'CHN;USA' as areas"
        )
        entries = [*entries_of(tmp_path, connection, ("dim_area", "dim_policy_event"))]
    assert {(entry.kind, entry.key): entry.address for entry in entries} == {
        ("economy", "CHN"): "economies/CHN.html",
        ("economy", "NZL"): "",
        ("event", "tariff"): "economies/CHN.html#policy_events",
        ("metric", "ip_receipts"): "metrics/ip_receipts.html",
    }


def test_a_union_of_any_publisher_is_searched_as_the_european_union() -> None:
    codes = (("CHN", "USA"), ("NCSES_EU27_RESIDENTS", "USA"), ("UN_EU28", "USA"))
    pairs = [Pair(Economy(a, a), Economy(b, b), 9) for a, b in codes]
    assert '"pairs":{"CHN-USA":"CHN-USA","USA-WB_EUU":"NCSES_EU27_RESIDENTS-USA"}' in search_script([], pairs, "")
