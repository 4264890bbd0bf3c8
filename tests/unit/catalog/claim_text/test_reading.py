"""Sentences read as claims: all parts, or which is missing; nothing is guessed."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from orchestration.catalog.claim_files import ClaimFile, load_claim_file
from orchestration.catalog.claim_text.article import read_article, sentences_in
from orchestration.catalog.claim_text.draft import draft_text
from orchestration.catalog.claim_text.economies import WORDS as ECONOMIES
from orchestration.catalog.claim_text.economies import EconomyNames
from orchestration.catalog.claim_text.measures import measures, topics_in
from orchestration.catalog.claim_text.reading import Candidate, Reading, read_sentence, understood_parts
from orchestration.catalog.claim_text.years import times_in
from orchestration.core.errors import ClaimError

ROOT = Path(__file__).resolve().parents[4]
TRIED = ROOT / "tests/claims_tried/published_sentences.yaml"


def _areas() -> dict[str, str]:
    rows = [
        row
        for path in sorted((ROOT / "dbt_project/seeds/areas").glob("*.csv"))
        for row in csv.DictReader(path.read_text(encoding="utf-8").splitlines())
    ]
    return {row["area"]: row["name"] for row in rows} | {"W00": "World"}


NAMES = EconomyNames(_areas())


def readings(text: str, said_on: date | None = None) -> list[Reading]:
    return read_sentence(text, NAMES, said_on)


def claim(text: str, said_on: date | None = None) -> Candidate:
    found = [one.claim for one in readings(text, said_on) if one.claim]
    assert len(found) == 1, [one.missing for one in readings(text, said_on)]
    return found[0]


def missing(text: str) -> str:
    found = readings(text)
    assert not any(one.claim for one in found)
    return "; ".join(why for one in found for why in one.missing)


RESEARCH = ("technology_upgrading", "research_and_development_share_of_gdp")


def key(one: Candidate) -> tuple[str, str, str, str, str, int]:
    return (one.series.metric, one.series.measure, one.area, one.counterpart, one.item, one.year)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("American royalty receipts were $148 billion in 2023.", ("ip_receipts", "receipts", "USA", "W00", "SH", 2023)),
        ("In 2020 Germany paid $17.5bn in licence fees.", ("ip_payments", "payments", "DEU", "W00", "SH", 2020)),
        (
            "China paid the United States $8.5 billion in royalties in 2018.",
            ("bilateral_ip_charges", "charges", "USA", "CHN", "SH", 2018),
        ),
        (
            "U.S. royalty receipts from China were $7.8 billion in 2024.",
            ("bilateral_ip_charges", "charges", "USA", "CHN", "SH", 2024),
        ),
        (
            "US services imports from China were $26.7 billion in 2022.",
            ("bilateral_services_balance", "imports", "USA", "CHN", "S", 2022),
        ),
        (
            "Japan filed 48,879 PCT applications in 2023.",
            ("pct_applications", "applications", "JPN", "W00", "_T", 2023),
        ),
        (
            "Korean R&D was 4.9 percent of GDP in 2023.",
            (*RESEARCH, "KOR", "W00", "_T", 2023),
        ),
        (
            "In 2021, Irish royalty payments to the world were $130 billion.",
            ("ip_payments", "payments", "IRL", "W00", "SH", 2021),
        ),
        (
            "The U.S. Commerce Department: royalties received by Japan were $46 billion in 2022.",
            ("ip_receipts", "receipts", "JPN", "W00", "SH", 2022),
        ),
    ],
)
def test_a_plain_sentence_is_understood(text: str, expected: tuple[str, str, str, str, str, int]) -> None:
    assert key(claim(text)) == expected


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("The United States earned 144.5 billion dollars in royalties.", "a year"),
        ("144.5 billion dollars of royalties were received in 2024.", "an economy"),
        ("The United States had 144.5 billion dollars in 2024.", "a measure"),
        ("Royalty charges of the United States were $144 billion in 2024.", "received or paid"),
        ("Royalty receipts from China were $8 billion in 2018.", "at the other end"),
        ("American royalty receipts were $144 billion last year.", "--said-on"),
        ("American royalty receipts were $144 billion in fiscal 2024.", "a fiscal year"),
        ("American royalty receipts were $44 billion in the first quarter of 2024.", "a part of a year"),
        ("American royalty receipts were $900 billion in 2015-2022.", "several years"),
        ("American royalty receipts were expected to be $200 billion in 2026.", "expected"),
        ("European royalty receipts were $144 billion in 2024.", "a region"),
        ("Georgia received $144 million in royalties in 2024.", "part of another"),
        ("American receipts from software royalties were $44 billion in 2024.", "software"),
        ("American goods exports to China were $144 billion in 2024.", "goods"),
        (
            "American royalty receipts were $148 billion and $144 billion in 2023 and 2021, respectively.",
            "respectively",
        ),
        ("US and Japanese royalty receipts were $148 billion in 2023.", "which economy"),
        ("China, Japan and the United States received $148 billion in royalties in 2023.", "which economy"),
        ("Huawei filed 6,494 PCT applications in China in 2023.", "Huawei"),
        ("American royalty receipts did not reach $148 billion in 2023.", "not"),
        ("Japan's trade surplus was $48 billion in 2021 while royalties from abroad grew.", "trade"),
        ("Apple paid $10 billion in royalties in Ireland in 2020.", "Apple"),
        ("Revenue from royalties at the Dutch firm Philips was $1.5 billion in 2018.", "firm"),
        ("US exports to China were 150 billion dollars in 2022, and royalties rose.", "exports to"),
        ("Foreign companies received $37.8 billion in royalties from China in 2020.", "at the other end"),
        ("Digital services were 15 percent of global exports in 2023.", "Digital services"),
        ("Digitally deliverable services were 54 percent of global services exports in 2022.", "services exports"),
        ("Ireland is the largest source: US royalty receipts from it were $24 billion in 2021.", "from it"),
        ("Foreign applicants filed 155,000 resident patent applications in China in 2021.", "Foreign"),
        ("Japan, after the US the second largest earner of royalties, received $46 billion in 2022.", "which economy"),
        ("Switzerland's royalty receipts, like those of the UK, reached $25 billion in 2020.", "which economy"),
        ("Nothing is here.", "an amount"),
    ],
)
def test_what_is_missing_is_named_and_nothing_is_guessed(text: str, why: str) -> None:
    assert why in missing(text)


def test_last_year_is_a_year_where_the_day_is_known() -> None:
    assert claim("China paid $28.7 billion in royalties last year.", date(2018, 11, 6)).year == 2017


def test_a_sentence_that_fits_several_measures_is_no_claim() -> None:
    (reading,) = readings("China filed 1,426,644 patent applications in 2021.")
    assert {one.series.metric for one in reading.candidates} == {
        "technology_upgrading",
        "patent_filing_flows",
        "pct_applications",
    }
    assert (reading.claim, reading.missing) == (None, ())


def test_an_application_is_no_granted_patent_and_a_pct_application_is_no_patent() -> None:
    pct = claim("Germany filed 16,916 PCT applications in 2023.")
    granted = claim("Granted patents of China were 53,770 in 2021.")
    assert (pct.series.metric, pct.series.clock) == ("pct_applications", "filing_year")
    assert (granted.series.measure, granted.series.clock) == ("grants", "grant_year")
    assert [word.name for word in topics_in("16,916 PCT patent applications")] == ["pct"]


def test_a_year_that_is_not_beside_the_amount_is_taken_only_where_it_is_the_only_one_before() -> None:
    assert "which year" in missing(
        "In 2019 Japan grew, in 2020 it did so again, and Japan received $46 billion in royalties."
    )
    assert claim("In 2020, after much work, Japan received $46 billion in royalties.").year == 2020


def test_a_whole_beside_its_part_is_not_taken_for_the_parts_economy() -> None:
    of_china = claim("In 2023, the world's PCT applications numbered 272,600, of which China filed 69,610.")
    assert (of_china.area, of_china.value) == ("CHN", 69610.0)
    assert "a whole" in missing("Royalty receipts of the US from China were part, out of $128 billion in 2018.")


def test_a_deficit_is_a_negative_balance() -> None:
    assert claim("China had a services deficit of $15 billion with the United States in 2022.").value == -15e9


def test_each_amount_of_a_sentence_has_its_own_year_economy_and_measure() -> None:
    text = "In 2023 the U.S. received $148 billion in royalties and paid $48 billion in royalties, and Japan received $50 billion in 2022."
    found = [(one.claim.series.metric, one.claim.area, one.claim.year) for one in readings(text) if one.claim]
    assert found == [("ip_receipts", "USA", 2023), ("ip_payments", "USA", 2023), ("ip_receipts", "JPN", 2022)]


@given(year=st.integers(min_value=1960, max_value=2029))
def test_a_year_is_read_back(year: int) -> None:
    (time,) = times_in(f"Receipts of {year} were high.")
    assert (time.year, time.refused) == (year, None)


@given(
    value=st.integers(min_value=1, max_value=999),
    area=st.sampled_from(["JPN", "DEU", "IRL", "IND", "BRA"]),
    year=st.integers(2000, 2025),
)
def test_a_claim_written_as_a_sentence_is_read_back(value: int, area: str, year: int) -> None:
    found = claim(f"{_areas()[area]} received {value} billion dollars in royalties in {year}.")
    assert (found.value, found.area, found.year) == (value * 1e9, area, year)


@given(st.text(max_size=200))
def test_no_text_breaks_the_reading(text: str) -> None:
    for one in readings(text):
        assert one.claim is None or one.amount is not None


def test_every_word_for_an_economy_is_one_of_an_area() -> None:
    with ECONOMIES.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert {row["area"] for row in rows if row["area"]} <= set(_areas())
    assert len({row["word"] for row in rows}) == len(rows)


def test_every_measure_of_the_list_is_one_of_a_metric() -> None:
    for one in measures():
        for series in filter(None, (one.alone, one.pair)):
            described = ROOT / f"dbt_project/models/metrics/{series.metric}.yml"
            assert series.measure in described.read_text(encoding="utf-8"), series


def test_published_sentences_are_read_as_a_person_reads_them() -> None:
    for row in yaml.safe_load(TRIED.read_text(encoding="utf-8"))["sentences"]:
        found = readings(row["text"], row.get("said_on"))
        claims = [one.claim for one in found if one.claim]
        assert [[*key(one), one.value, one.unit] for one in claims] == [line[:8] for line in row["claims"]], row["text"]
        assert sum(one.amount is not None for one in found) == row["amounts"], row["text"]


PAGE = """<html><head><title>A title</title><meta name="author" content="A writer"><meta property="article:published_time" content="2025-05-07T08:00">
<link rel="canonical" href="https://example.org/a"><script>var a = "Japan received $9 billion in royalties in 2020.";</script></head>
<body><p>Japan received $48 billion in royalties in 2021.</p><p>The U.S. paid more. It grew by 5 percent.</p></body></html>"""


def test_a_page_gives_its_visible_sentences_and_what_it_says_of_itself(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text(PAGE, encoding="utf-8")
    article = read_article(path)
    assert article.sentences == (
        "Japan received $48 billion in royalties in 2021.",
        "The U.S. paid more.",
        "It grew by 5 percent.",
    )
    assert (article.title, article.author, article.published, article.address) == (
        "A title",
        "A writer",
        date(2025, 5, 7),
        "https://example.org/a",
    )


def test_abbreviations_end_no_sentence() -> None:
    assert sentences_in("The U.S. received $3.5 billion. Japan paid. \n\nA heading\n\nChina") == [
        "The U.S. received $3.5 billion.",
        "Japan paid.",
        "A heading",
        "China",
    ]


def test_an_article_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "page.txt"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ClaimError, match="no text in UTF-8"):
        read_article(path)


def test_a_draft_is_a_claim_file_and_keeps_the_quoted_sentence(tmp_path: Path) -> None:
    texts = [
        'Japan "received" $48.2 billion in royalties in 2021: #1.',
        "China filed 1,426,644 patent applications in 2021.",
    ]
    path = tmp_path / "draft.yaml"
    given_text = draft_text(
        [one for text in texts for one in readings(text)],
        said_by="A: writer",
        said_on=date(2025, 5, 7),
        title="A 'title' # one",
        url="https://example.org/a",
    )
    path.write_text(given_text, encoding="utf-8")
    content = load_claim_file(path)
    assert isinstance(content, ClaimFile)
    (one,) = content.claims
    assert (one.metric, one.area, one.year, one.value, one.tolerance.absolute) == (
        "ip_receipts",
        "JPN",
        2021,
        48.2e9,
        0.05e9,
    )
    assert f"# quoted: {texts[0]}" in given_text
    assert "several measures fit" in given_text


def test_understood_parts_are_the_fields_of_a_claim_file() -> None:
    parts = understood_parts(claim("Japan received $48 billion in royalties in 2021."))
    assert set(parts) == {
        "metric",
        "measure",
        "area",
        "counterpart_area",
        "item",
        "clock",
        "authority",
        "year",
        "value",
        "unit",
        "tolerance",
    }
