"""What the search finds: names that exist, other names that are unambiguous, and pages that were written."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import Counter
from pathlib import Path

import duckdb

from orchestration.site.glossary import glossary_terms
from orchestration.site.search_index import Entry, aliases, entries_of, search_script

ROOT = Path(__file__).resolve().parents[3]
SEEDS = ROOT / "dbt_project" / "seeds"


def names_of(pattern: str, key: str) -> dict[str, str]:
    rows = [row for path in SEEDS.glob(pattern) for row in csv.DictReader(path.open(encoding="utf-8"))]
    return {row[key]: row["name"] for row in rows}


def plain(text: str) -> str:
    letters = "".join(one for one in unicodedata.normalize("NFD", text) if not unicodedata.combining(one))
    return re.sub(r"[^a-z0-9]+", " ", letters.lower()).strip()


def test_every_other_name_is_of_something_that_exists() -> None:
    known = {
        "economy": set(names_of("areas/areas__iso3166.csv", "area")),
        "area": {key for path in SEEDS.glob("areas/*.csv") for key in names_of(f"areas/{path.name}", "area")},
        "event": {row["event_id"] for path in SEEDS.glob("policy_events/*.csv") for row in csv.DictReader(path.open())},
        "item": set(names_of("items/*.csv", "item")),
        "metric": {path.stem for path in (ROOT / "dbt_project" / "models" / "metrics").glob("*.sql")},
        "term": {one.place for one in glossary_terms(ROOT)},
    }
    assert {kind for kind, _ in aliases()} == set(known)
    assert [(kind, key) for kind, key in aliases() if key not in known[kind]] == []


def test_another_name_of_an_economy_is_that_of_no_other_and_no_repetition() -> None:
    names = names_of("areas/areas__iso3166.csv", "area")
    given = [(key, plain(alias)) for (kind, key), found in aliases().items() if kind == "economy" for alias in found]
    assert [count for count in Counter(alias for _, alias in given).items() if count[1] > 1] == []
    official = {plain(name): key for key, name in names.items()}
    assert [(key, alias) for key, alias in given if alias in official] == []


def test_the_terms_are_those_of_the_glossary_as_plain_text() -> None:
    terms = {one.term: one for one in glossary_terms(ROOT)}
    rows = re.findall(r"^\| (?!term |-)", (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8"), re.M)
    assert len(terms) == len(rows) > 40
    assert len({one.place for one in terms.values()}) == len(terms)
    assert terms["mirror data"].section == "Trade and balance of payments"
    assert terms["EBOPS 2010"].meaning.endswith("such as SH")
    assert terms["reconciled"].meaning.endswith("by the reliability of each reporter")
    assert not [one.term for one in terms.values() if re.search(r"[*`\[\]|]|\.md", one.term + one.meaning)]


def test_only_pages_that_were_written_are_in_the_index(tmp_path: Path) -> None:
    for name in ("economies/USA.html", "metrics/index.html", "metrics/ip_receipts.html"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    with duckdb.connect() as connection:
        connection.execute("create table dim_area (area text, name text, kind text, iso2 text)")
        connection.execute("""insert into dim_area values ('USA', 'United States', 'country', 'US'),
            ('CHN', 'China', 'country', 'CN'), ('W00', 'World', 'aggregate', null)""")
        connection.execute("create table dim_service_item (item text, name text)")
        connection.execute("insert into dim_service_item values ('SH', 'Charges'), ('SJ', 'Other'), ('_T', 'All')")
        connection.execute("create table metric_vintages (metric_id text, item text, value double, is_latest boolean)")
        connection.execute("""insert into metric_vintages values ('ip_receipts', 'SH', 1, true), ('co_inventions', 'SH', 1, true),
            ('co_inventions', 'SH', 2, true), ('co_inventions', 'SJ', 1, true), ('ip_receipts', '_T', 1, true)""")
        entries = list(entries_of(tmp_path, connection, {"dim_area", "dim_service_item"}))
    assert [(one.kind, one.key, one.address) for one in entries] == [
        ("economy", "CHN", ""),
        ("economy", "USA", "economies/USA.html"),
        ("item", "SH", "metrics/ip_receipts.html#item=SH"),
        ("metric", "ip_receipts", "metrics/ip_receipts.html"),
    ], "the metric with most figures of SH has no page"
    assert {"USA", "US", "America"} <= set(entries[1].names)


def test_the_index_is_a_script_that_holds_no_markup() -> None:
    script = search_script([Entry("economy", "AAA", "</script><b>", "", ("é",))], ["CHN-USA"], compares=True)
    assert "<" not in script
    assert '"pairs":["CHN-USA"],"compare":"pairs/compare.html"' in script
