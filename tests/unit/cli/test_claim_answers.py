"""Answers to sentences: the words of every verdict, a correction that can be printed, and what was understood. All figures are synthetic."""

from dataclasses import replace
from typing import Any

import duckdb
import pytest

from orchestration.catalog.claim_text.amounts import Amount
from orchestration.catalog.claim_text.reading import Candidate, Reading
from orchestration.cli.claim_answers import answer
from orchestration.cli.names import Names
from orchestration.methods.verdicts import CONFIRMED, CONTRADICTED, NOT_VERIFIABLE
from orchestration.releases.claim_check import Judged
from orchestration.releases.read_only import Release

CLAIM = Candidate(
    "{area} received {value} in {year}", "ip_receipts", "receipts", "USA", "W00", 2024, 144.5e9, "USD", 5e7
)
SOURCE = "World Bank and office, vintage 2026-07-01"
RANKED = replace(CLAIM, value=1.0, rank=1)
PLACE = {"place": 1, "larger": [], "economies": 3, "source": "wb+office", "vintage": "2026-07-01", "value": 30.0}
RANK = PLACE | {"verdict": CONFIRMED, "is_complete": True, "runner_up": ("NLD", 20.0)}
ROW = {name: CLAIM.parts[name] for name in ("area", "counterpart_area", "year", "unit")} | {
    "verdict": CONTRADICTED,
    "explanation": "The figure is another one.",
    "basis": "reported",
    "value_latest": 169.52e9,
    "source": "wb+office",
    "vintage_latest": "2026-07-01",
}


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> Names:
    content = {"id": "20260801T000000Z-aaaaaaaa", "published_at": "2026-08-01T00:00:00+00:00"}
    release = Release(tmp_path_factory.mktemp("release"), content)
    with duckdb.connect(str(release.database)) as connection:
        connection.execute(
            "create table dim_area as from (values ('USA', 'United States', 'country'), ('NLD', 'Netherlands', 'country')) t(area, name, kind);"
            "create table dim_source as select 'wb' as source, 'World Bank' as publisher, 'World Bank, Indicators' as citation;"
            "create table dim_service_item as select 'SH' as item, 'Charges' as name;"
            "create table dim_unit as from (values ('USD', 'money', 'US dollars', true), ('PN', 'ratio', '', false), "
            "('PT', 'share', 'percent', false)) t(unit, dimension, phrase, is_scaled)"
        )
    return Names(release)


def reading(claim: Candidate = CLAIM, **changes: Any) -> Reading:
    return replace(Reading("A sentence.", None, (claim,), parts=claim.parts), **changes)


PLACED = "In 2024 the United States had place {} among 3 economies (" + SOURCE + ")"


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({}, f"{PLACED.format(1)}, with 1.5 times the figure of the next, the Netherlands."),
        ({"runner_up": ("NLD", 1.0)}, f"{PLACED.format(1)}, with 30.0 times the figure of the next, the Netherlands."),
        ({"runner_up": ("NLD", 0.0)}, f"{PLACED.format(1)}."),
        ({"runner_up": None}, f"{PLACED.format(1)}."),
        (
            {"verdict": CONTRADICTED, "place": 5, "larger": ["NLD", "AAA", "BBB", "CCC"], "is_complete": False},
            f"{PLACED.format(5)}, behind the Netherlands, AAA, BBB.",
        ),
        (
            {"verdict": NOT_VERIFIABLE, "place": 2, "larger": ["NLD"], "is_complete": False},
            f"{PLACED.format(2)}, behind the Netherlands. Other economies may have larger figures that are not in this release.",
        ),
        (None, "No official figure of the United States for 2024 is in this release."),
    ],
)
def test_a_place_is_stated_with_who_is_before_or_behind(
    names: Names, changes: dict[str, Any] | None, says: str
) -> None:
    rank = {"verdict": NOT_VERIFIABLE} if changes is None else RANK | changes
    answered = answer(Judged(reading(RANKED), rank=rank), names)
    assert (answered["says"], answered["correction"]) == (says, None)


@pytest.mark.parametrize(
    ("claim", "changes", "correction"),
    [
        (CLAIM, {}, f"The United States received 169.5 billion US dollars in 2024 ({SOURCE})."),
        (
            CLAIM,
            {"basis": "derived", "source": "wb"},
            "The United States received 169.5 billion US dollars in 2024 (World Bank, derived, vintage 2026-07-01).",
        ),
        (
            replace(CLAIM, says="{number} of {counterpart}"),
            {"source": "wb"},
            "169.5 billion of the world (World Bank, vintage 2026-07-01).",
        ),
        (CLAIM, {"value_latest": None}, None),
        (
            replace(CLAIM, base_year=2014, unit="PT"),
            {"unit": "PT", "value_latest": 36.5},
            f"IP receipts of the United States changed by 36.5 percent from 2014 to 2024 ({SOURCE}).",
        ),
        (
            replace(CLAIM, base_year=2014, unit="PN"),
            {"unit": "PN", "value_latest": 2.0},
            f"IP receipts of the United States in 2024 were 2.00 times those of 2014 ({SOURCE}).",
        ),
    ],
)
def test_a_correction_is_the_official_figure_as_a_sentence_with_its_citation(
    names: Names, claim: Candidate, changes: dict[str, Any], correction: str | None
) -> None:
    answered = answer(Judged(reading(claim), ROW | changes), names)
    assert (answered["says"], answered["correction"]) == (ROW["explanation"], correction)
    assert ("World Bank, Indicators" in (answered["citation"] or "")) == (correction is not None)


@pytest.mark.parametrize(
    ("changes", "words", "says"),
    [
        ({"missing": ("a year", "an area")}, "not understood", "No verdict. Missing is a year; an area."),
        ({"missing": ("It is a forecast", "x"), "is_judged": False}, "not judged", "It is a forecast."),
        (
            {"candidates": (CLAIM, replace(CLAIM, metric="ip_payments", measure="payments"))},
            "several measures fit",
            "No verdict. The sentence fits several measures: IP receipts (receipts) or IP payments (payments). "
            "Name one, in a claim file or in the sentence.",
        ),
    ],
)
def test_a_sentence_without_a_verdict_states_why(names: Names, changes: dict[str, Any], words: str, says: str) -> None:
    answered = answer(Judged(reading(**changes)), names)
    assert (answered["verdict"], answered["verdict_words"], answered["says"]) == (None, words, says)


def test_what_was_understood_is_listed_in_words_without_what_does_not_apply(names: Names) -> None:
    answered = answer(Judged(reading(replace(CLAIM, counterpart_area="NLD"))), names)
    assert answered["understood"] == [
        ("metric", "ip_receipts"),
        ("measure", "receipts"),
        ("area", "the United States"),
        ("counterpart_area", "the Netherlands"),
        ("clock", "reference_year"),
        ("year", "2024"),
        ("value", "144.5 billion US dollars"),
        ("unit", "USD"),
        ("tolerance", "50.0 million US dollars"),
    ]
    ranked = dict(
        answer(Judged(reading(replace(RANKED, unit="UNKNOWN", tolerance=0.0)), rank=RANK), names)["understood"]
    )
    assert (ranked["rank"], ranked.get("value"), ranked.get("tolerance")) == ("1", None, None)
    assert dict(answer(Judged(reading(replace(CLAIM, unit="X"))), names)["understood"])["value"] == "144,500,000,000"


def test_an_amount_is_named_as_it_was_printed(names: Names) -> None:
    amount = Amount(3.0, "USD", 0.5, "3 dollars")
    for text, expected in (
        (reading(amount=amount), "3 dollars"),
        (reading(), "the rank"),
        (Reading("Nothing.", None, missing=("an amount",)), None),
    ):
        assert answer(Judged(text), names)["amount"] == expected
