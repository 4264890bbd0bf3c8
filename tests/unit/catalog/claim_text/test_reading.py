"""Sentences read as claims: every word accounted for, or the part that is missing; nothing is guessed."""

import csv
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.catalog.claim_text.amounts import COUNT, DOLLARS, MULTIPLE, PERCENT, amount_at
from orchestration.catalog.claim_text.grammar import ECONOMIES, Grammar, lists
from orchestration.catalog.claim_text.reading import Reading, read_sentence, sentences_in

ROOT = Path(__file__).resolve().parents[4]


def _areas() -> dict[str, str]:
    rows = [
        row
        for path in sorted((ROOT / "dbt_project/seeds/areas").glob("*.csv"))
        for row in csv.DictReader(path.read_text(encoding="utf-8").splitlines())
    ]
    return {row["area"]: row["name"] for row in rows} | {"W00": "World"}


GRAMMAR = Grammar(_areas())


def readings(text: str, said_on: date | None = None) -> list[Reading]:
    return read_sentence(text, GRAMMAR, said_on)


@pytest.mark.parametrize(
    ("printed", "value", "unit", "tolerance"),
    [
        ("144 billion dollars", 144e9, DOLLARS, 0.5e9),
        ("$8.5bn", 8.5e9, DOLLARS, 0.05e9),
        ("US$ 8.5 billion", 8.5e9, DOLLARS, 0.05e9),
        ("440 million U.S. dollars", 440e6, DOLLARS, 5e6),
        ("144.5 billion dollars", 144.5e9, DOLLARS, 0.1e9),
        ("37.2 per cent", 37.2, PERCENT, 0.05),
        ("5.1%", 5.1, PERCENT, 0.05),
        ("one fifth of", 20.0, PERCENT, 1.67),
        ("a third of", 100 / 3, PERCENT, 2.5),
        ("two thirds of", 200 / 3, PERCENT, 2.5),
        ("eight billion dollars", 8e9, DOLLARS, 0.5e9),
        ("about 45 billion dollars", 45e9, DOLLARS, 1e9),
        ("2.5 times", 2.5, MULTIPLE, 0.05),
        ("doubled", 2.0, MULTIPLE, 0.25),
        ("69500", 69500.0, COUNT, 50.0),
    ],
)
def test_an_amount_has_the_tolerance_of_its_printed_digits(
    printed: str, value: float, unit: str, tolerance: float
) -> None:
    match = amount_at(f"{printed} in", 0)
    assert match is not None
    assert (match[0].unit, match[0].is_bound) == (unit, False)
    assert match[0].printed == f"{printed} in"[: match[1]].strip()
    assert [match[0].value, match[0].tolerance] == pytest.approx([value, tolerance])


@pytest.mark.parametrize(
    "text",
    ["2024", "10 of 67", "5-6 billion dollars", "$5-6 billion", "5 to 6 billion dollars", "1.2.3", "€84 billion"],
)
def test_years_small_numbers_and_ranges_are_no_amounts(text: str) -> None:
    assert amount_at(text, 0) is None


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("The United States earned 144.5 billion dollars in royalties.", "a year"),
        ("144.5 billion dollars of royalties were received in 2024.", "an economy"),
        ("The United States had 144.5 billion dollars in 2024.", "it names no published one"),
        ("Royalty charges of the United States were $144 billion in 2024.", "the meaning of “charges”"),
        ("Royalties of the United States were $144 billion in 2024.", "received or paid"),
        ("Royalty receipts from China were $8 billion in 2018.", "whose figure it is"),
        ("American royalty receipts were $144 billion last year.", "--said-on"),
        ("American royalty receipts were $144 billion in 2022 and 2023.", "which year: 2022 or 2023"),
        ("European royalty receipts were $144 billion in 2024.", "a region"),
        ("American royalty receipts were not $144 billion in 2024.", "the meaning of “not”"),
        ("American royalty receipts were between $144 billion and $150 billion in 2024.", "an end of a range"),
        ("American royalty receipts were over $144 billion in 2024.", "a bound"),
        ("American royalty receipts rose by $14 billion in 2024.", "a change, not a level"),
        ("Chinese royalty payments fell and rose 1.7 percent in 2025.", "which change: down or up"),
        ("American royalty receipts rose in 2018, up from $14.3 billion.", "has no year of its own"),
        ("American royalty receipts were 144 billion dollars to 150 billion dollars in 2024.", "an end of a range"),
        (
            "China paid the US 8 billion dollars in royalties in 2018 and received 1 billion dollars.",
            "at the other end",
        ),
        ("China paid US $8 billion in royalties in 2018.", "the currency, or the United States"),
        ("American royalty receipts were 5 percent in 2024.", "none of this kind is published in percent"),
        ("World royalty receipts from China were $5 billion in 2018.", "none of this kind is published"),
        ("Chinese royalty payments will be $46.6 billion in 2030.", "it is a projection"),
        ("American royalties and services receipts were $5 billion in 2024.", "which measure: ip or services"),
        ("American receipts and payments of royalties were $5 billion in 2024.", "which measure: receipts or payments"),
        ("China and Japan received 5 billion dollars in royalties in 2024.", "which economy"),
        ("China received 5 billion dollars in royalties from Japan and Germany in 2024.", "which economy"),
        ("American receipts $144 billion in royalties $150 billion in 2024.", "which amount"),
        ("The Arab World received 5 billion dollars in royalties in 2024.", "the meaning of “Arab”"),
        ("Nothing is said.", "no figure with a unit"),
    ],
)
def test_the_missing_part_is_named(text: str, why: str) -> None:
    readings_of_text = readings(text)
    assert not any(reading.claim for reading in readings_of_text)
    assert why in "; ".join(part for reading in readings_of_text for part in reading.missing)


def test_the_known_parts_of_an_incomplete_claim_are_stated() -> None:
    (reading,) = readings("The United States earned 144.5 billion dollars in royalties from China.")
    parts = [reading.parts[name] for name in ("metric", "area", "counterpart_area", "year", "value")]
    assert parts == ["ip_receipts", "USA", "CHN", None, 144.5e9]
    (reading,) = readings("China received 5 billion dollars in royalties from Japan and from Germany in 2024.")
    assert reading.missing == ("which economy: several are named",)
    assert (reading.parts["year"], reading.parts["counterpart_area"]) == (2024, None)


def test_an_unknown_word_blocks_every_amount_and_the_known_parts_are_ready_to_correct() -> None:
    (reading,) = readings("Japan received $48.3 billion in software royalties in 2021.")
    assert reading.claim is None
    assert [reading.parts[name] for name in ("metric", "measure", "area", "year", "value", "unit")] == [
        *("ip_receipts", "receipts", "JPN", 2021, 48.3e9, "USD")
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Chinese royalty payments dropped to $46.6 billion in 2025.", ["“dropped” is not judged"]),
        ("Chinese royalty payments rose to a record $46.6 billion in 2025.", ["“rose”, “a record” are not judged"]),
        ("China paid a record $46.6 billion in royalties in 2025.", ["“a record” is not judged"]),
        ("Chinese royalty payments rose to $46.6 billion in 2025 from $45.9 billion in 2024.", []),
        ("Chinese royalty payments rose 1.7 percent in 2025.", []),
        (
            "China filed a record 1,426,644 patent applications in 2021, and paid $46.6 billion in royalties in 2025.",
            ["“a record” is not judged"],
        ),
    ],
)
def test_words_that_state_more_than_amounts_are_listed_as_not_judged(text: str, words: list[str]) -> None:
    readings_of_text = readings(text)
    assert any(reading.claim for reading in readings_of_text)
    assert [part.partition(":")[0] for reading in readings_of_text for part in reading.missing] == words


def test_a_number_compared_with_dollars_is_dollars_and_above_all_others_is_the_first_place() -> None:
    _, earlier = readings(
        "Japan received 51.8 billion dollars in royalties in 2024, compared with 51.9 billion in 2023."
    )
    assert earlier.claim
    assert (earlier.claim.value, earlier.claim.unit, earlier.claim.year) == (51.9e9, "USD", 2023)
    (place,) = readings("The United States' royalty receipts in 2024 were far above all others.")
    assert place.claim
    assert (place.claim.rank, place.claim.area) == (1, "USA")


def test_last_year_counts_from_the_day_on_which_it_was_said() -> None:
    (reading,) = readings("American royalty receipts were $144 billion last year.", date(2025, 5, 7))
    assert reading.claim is not None
    assert reading.claim.year == 2024
    assert reading.parts == reading.claim.parts


def test_growth_without_a_first_year_is_that_of_one_year() -> None:
    (reading,) = readings("Chinese royalty payments rose 1.7 percent in 2025.")
    assert reading.claim is not None
    assert (reading.claim.base_year, reading.claim.year, reading.claim.value) == (2024, 2025, 1.7)


def test_of_a_share_the_economy_that_accounts_for_it_is_at_the_other_end() -> None:
    (reading,) = readings("China accounted for 5 percent of American royalty receipts in 2024.")
    assert reading.claim
    assert (reading.claim.area, reading.claim.counterpart_area) == ("USA", "CHN")


def test_an_incomplete_amount_keeps_the_others_of_its_sentence_from_being_judged() -> None:
    text = (
        "The United States earned $144.5 billion in royalties in 2024, and European royalty receipts were $5 billion."
    )
    assert [reading.missing[0].partition(":")[0] for reading in readings(text)] == [
        "the rest of the sentence",
        "an economy",
    ]


def test_the_longest_name_of_an_economy_counts() -> None:
    (reading,) = readings("Guinea-Bissau received 144 million dollars in royalties in 2024.")
    assert (reading.parts["area"], reading.missing) == ("GNB", ())


@pytest.mark.parametrize(
    "text",
    ["Die USA nahmen 2024 rund 5 Milliarden Dollar ein.", "中国支付了85亿美元。", "Les USA ont reçu 5 % en 2024."],
)
def test_another_language_is_not_understood(text: str) -> None:
    assert not any(reading.claim for reading in readings(text))


@given(st.text(max_size=200))
def test_no_text_breaks_the_reading(text: str) -> None:
    assert readings(text)


def test_the_lists_name_areas_and_measures_that_exist() -> None:
    with ECONOMIES.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert {row["area"] for row in rows if row["area"]} <= set(_areas())
    assert len({row["word"] for row in rows}) == len(rows)
    for row in lists()["measures"]:
        for series in (row, row | row.get("pair", {})):
            described = ROOT / f"dbt_project/models/metrics/{series['metric']}.yml"
            assert series["measure"] in described.read_text(encoding="utf-8"), series


def test_abbreviations_end_no_sentence() -> None:
    assert sentences_in("The U.S. received $3.5 billion. Japan paid. \n\nA heading\n\nChina") == [
        "The U.S. received $3.5 billion.",
        "Japan paid.",
        "A heading",
        "China",
    ]
