"""Sentences checked against a published release: never a wrong verdict, words that can be printed."""

from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
import yaml

from orchestration.catalog.claim_text.grammar import Grammar
from orchestration.catalog.claim_text.reading import read_sentence
from orchestration.cli.claim_answers import answer
from orchestration.cli.names import Names
from orchestration.methods.verdicts import NOT_VERIFIABLE
from orchestration.releases.claim_check import Judged, check_sentences
from orchestration.releases.release_store import Release, open_read_only
from tests.integration.conftest import PublishedCopy

ROOT = Path(__file__).resolve().parents[2]
SENTENCES = yaml.safe_load((ROOT / "tests/claims_tried/sentences.yaml").read_text(encoding="utf-8"))["sentences"]
FITTING = {
    "true": {"confirmed", "superseded", "not_verifiable"},
    "false": {"contradicted", "misattributed", "differs_now", "not_verifiable"},
    "revised": {"superseded", "differs_now", "not_verifiable"},
    "absent": {"not_verifiable"},
    "-": {"not_verifiable"},
}
"""The verdicts that are not wrong for each label of ``sentences.yaml``."""


def judged(release: Release, text: str, said_on: date | None = None) -> list[Judged]:
    return check_sentences(release, [text], said_on)


def answers(release: Release, text: str, said_on: date | None = None) -> list[dict[str, Any]]:
    names = Names(release)
    return [answer(reading, names) for reading in judged(release, text, said_on)]


@pytest.fixture(scope="module")
def verdicts(release: Release) -> dict[int, list[str | None]]:
    """The verdicts of each sentence; those of one day are judged together."""
    verdicts_of: dict[int, list[str | None]] = {}
    with open_read_only(release.database) as connection:
        grammar = Grammar(dict(connection.execute("select area, name from dim_area").fetchall()))
    for day in {row.get("said_on") for row in SENTENCES}:
        texts = {number: row["text"] for number, row in enumerate(SENTENCES) if row.get("said_on") == day}
        readings = iter(check_sentences(release, texts.values(), day))
        for number, text in texts.items():
            count = len(list(read_sentence(text, grammar, day)))
            verdicts_of[number] = [reading.verdict for reading in islice(readings, count)]
    return verdicts_of


@pytest.fixture(scope="module")
def outcomes(verdicts: dict[int, list[str | None]]) -> dict[str, list[str]]:
    """The sentences by outcome: wrong, right or refused; ``judgeable`` are the refused ones with a label that is a verdict."""
    texts: dict[str, list[str]] = {"wrong": [], "right": [], "refused": [], "judgeable": []}
    for number, row in enumerate(SENTENCES):
        labels = [label.removeprefix("rank:") for label in row["labels"]]
        pairs = [(verdict, label) for verdict, label in zip(verdicts[number], labels, strict=False) if verdict]
        is_wrong = any(verdict not in FITTING[label] for verdict, label in pairs) or len(pairs) > len(labels)
        has_verdict = any(verdict != NOT_VERIFIABLE or label == "absent" for verdict, label in pairs)
        texts["wrong" if is_wrong else "right" if has_verdict else "refused"].append(row["text"])
        if row["text"] in texts["refused"] and {"true", "false", "revised"} & {*labels}:
            texts["judgeable"].append(row["text"])
    return texts


def test_no_sentence_gets_a_wrong_verdict_and_the_page_reports_the_counts(outcomes: dict[str, list[str]]) -> None:
    assert outcomes["wrong"] == []
    wrong, right, refused = (len(outcomes[name]) for name in ("wrong", "right", "refused"))
    page_text = (ROOT / "docs/claims.md").read_text(encoding="utf-8")
    assert f"| {wrong} | {right} | {refused} | {len(SENTENCES)} |" in page_text
    stated = f"Of the {refused} without a verdict, {len(outcomes['judgeable'])} can be judged"
    assert stated in " ".join(page_text.split())


@pytest.mark.parametrize("text", [row["text"] for row in SENTENCES[:12]])
def test_the_article_and_the_headlines_of_the_front_page_are_understood(
    outcomes: dict[str, list[str]], text: str
) -> None:
    assert text in outcomes["right"]


def test_a_figure_of_another_year_is_contradicted_with_a_correction_and_the_year_that_it_is_of(
    release: Release,
) -> None:
    (reading,) = answers(
        release, "The United States earned 169.5 billion dollars in royalties in 2023.", date(2026, 8, 1)
    )
    assert reading["verdict"] == "contradicted"
    assert reading["correction"] == (
        "The United States received 148.2 billion US dollars for the use of intellectual property in 2023 (World Bank, vintage 2026-07-01)."
    )
    assert reading["elsewhere_words"] == [
        "The number is that of 2024: 169.5 billion US dollars (World Bank, vintage 2026-07-01)."
    ]
    assert reading["citation"]
    assert "table ip_receipts" in reading["citation"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The United States paid 169.52 billion dollars in royalties in 2024.", "the figure is that of ip_receipts"),
        ("The United States earned 169.52 million dollars in royalties in 2024.", "on another scale"),
        ("Japan earned 169.52 billion dollars in royalties in 2024.", "another economy, the United States"),
        ("The United States earned 124.45 billion dollars in royalties in 2016.", "it fits the vintage of"),
    ],
)
def test_a_figure_that_differs_is_searched_elsewhere(release: Release, text: str, words: str) -> None:
    (reading,) = answers(release, text)
    assert reading["verdict"] != "confirmed"
    assert any(words in line for line in (reading["says"], *reading["elsewhere_words"])), reading


def test_without_the_day_a_claim_that_differs_is_not_contradicted_within_the_revisions(release: Release) -> None:
    (reading,) = answers(release, "The United States earned 144.5 billion dollars in royalties in 2024.")
    assert (reading["verdict"], reading["verdict_words"]) == ("differs_now", "differs from today's figure")
    assert "the series has moved by up to 20.7 percent" in reading["says"]


def test_a_first_place_names_the_next_and_how_far_it_is(release: Release) -> None:
    (reading,) = answers(release, "The United States' royalty receipts in 2024 were far above all others.")
    assert (reading["verdict"], reading["audit"]) == ("confirmed", None)
    assert reading["says"].endswith("with 2.7 times the figure of the next, the Netherlands.")


def test_a_sentence_that_fits_several_measures_gets_no_verdict(release: Release) -> None:
    (reading,) = answers(release, "China filed 1,426,644 patent applications in 2021.")
    assert (reading["verdict"], reading["correction"]) == (None, None)
    assert "fits several measures" in reading["says"]


def test_the_command_prints_sentences_as_text_and_as_json(published_copy: PublishedCopy) -> None:
    text = "The United States earned 144.5 billion dollars in royalties in 2024."
    done = published_copy.invoke("claims", "check", text, "--said-on", "2025-05-07")
    assert done.exit_code == 0
    assert "differs from today's figure  144.5 billion dollars" in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80
    content = published_copy.json("claims", "check", text, "--said-on", "2025-05-07", "--json")
    (reading,) = content["readings"]
    assert reading["verdict"] == "differs_now"
    assert reading["candidates"][0]["tolerance"] == 1e8
    assert reading["audit"]["vintage_latest"] == "2026-07-01"


def test_what_is_no_sentence_and_no_file_is_refused(published_copy: PublishedCopy, tmp_path: Path) -> None:
    assert published_copy.invoke("claims", "check", "none.yaml").exit_code == 2
    claims = str(published_copy.root / "data/claims")
    done = published_copy.invoke("claims", "check", claims, "Japan received $48 billion in royalties in 2021.")
    assert (done.exit_code, "not both" in done.stderr) == (2, True)
    assert published_copy.invoke("claims", "check", claims, "--said-on", "2025-05-07").exit_code == 2
