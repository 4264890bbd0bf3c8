"""Admission over synthetic vintages: a good update passes every edit, and each edit stops its fault with a sentence to act on.

``reasons.csv`` holds every reason of every vintage below, with its figures and score as they were reviewed. After a change on
purpose, such as of ``parameters.json``, ``python -m tests.unit.admission.test_judge`` writes it again, to be compared with ``git diff``.
"""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from orchestration.admission.judge import Reason, Verdict
from orchestration.admission.verdict import ADMITTED, HELD_BACK, WITH_REMARKS
from tests.unit.admission.synthetic_vintage import AREAS, MEASURES, NOW, YEARS, Figures, Publisher, figures
from tests.unit.reviewed import write_rows

NEWEST = YEARS[-1]


@pytest.fixture
def publisher(tmp_path: Path) -> Publisher:
    return Publisher(tmp_path)


def holding(verdict: Verdict, edit: str) -> list[Reason]:
    return [one for one in verdict.reasons if one.holds and one.edit == edit]


def changed(change: Callable[[Figures], None]) -> Figures:
    content = figures()
    change(content)
    return content


def scale(content: Figures, factor: float, measure: str, areas: list[str], years: range | list[int]) -> None:
    """Multiply figures and leave the world's as they are."""
    for area in areas:
        for year in years:
            content[measure, area, year] = (content[measure, area, year] or 0) * factor


def add_up(content: Figures) -> None:
    """The world as the sum of its members."""
    for measure in MEASURES:
        for year in YEARS:
            content[measure, "W00", year] = sum(content.get((measure, area, year)) or 0 for area in AREAS)


def test_a_new_year_is_admitted_without_a_remark(publisher: Publisher) -> None:
    verdict = publisher.judged(figures())
    assert (verdict.outcome, verdict.reasons, verdict.share_in_question) == (ADMITTED, (), 0.0)


def test_small_revisions_of_the_newest_years_are_admitted(publisher: Publisher) -> None:
    content = figures()
    for place, area in enumerate(AREAS):
        scale(content, 1 + 0.01 * (place % 5 - 2), "receipts", [area], [2022, 2023])
    add_up(content)
    assert publisher.judged(content).outcome != HELD_BACK


def lose(areas: list[str]) -> Callable[[Figures], None]:
    def change(content: Figures) -> None:
        for key in [key for key in content if key[1] in areas]:
            del content[key]

    return change


def _exchange(content: Figures) -> None:
    for year in YEARS:
        japan, germany = ("receipts", "JPN", year), ("receipts", "DEU", year)
        content[japan], content[germany] = content[germany], content[japan]


def _shift(content: Figures) -> None:
    for year in reversed(YEARS[1:]):
        content["receipts", "GBR", year] = content["receipts", "GBR", year - 1]


def _copy_newest(content: Figures) -> None:
    for area in AREAS:
        content["receipts", area, NEWEST] = content["receipts", area, NEWEST - 1]


def _copy_one(content: Figures) -> None:
    content["receipts", "KOR", NEWEST] = content["receipts", "KOR", NEWEST - 1]
    add_up(content)


def _equal(content: Figures) -> None:
    for year in YEARS:
        content["payments", "FRA", year] = content["payments", "GBR", year]


def _negative(content: Figures) -> None:
    content["receipts", "CHN", NEWEST] = -(content["receipts", "CHN", NEWEST] or 0)
    add_up(content)


def _half_a_year(content: Figures) -> None:
    scale(content, 0.5, "receipts", list(AREAS), [NEWEST])
    add_up(content)


def _other_currency(content: Figures) -> None:
    scale(content, 0.92, "payments", ["DEU"], YEARS)
    add_up(content)


def _thousands(content: Figures) -> None:
    scale(content, 1000, "payments", ["DEU", "FRA"], range(2015, NEWEST + 1))
    add_up(content)


def _all_in_another_unit(content: Figures) -> None:
    scale(content, 1.1, "payments", list(AREAS), YEARS)
    add_up(content)


def _old_typo(content: Figures) -> None:
    scale(content, 1.09, "receipts", ["CAN"], [2012])
    add_up(content)


def _tenfold_newest(content: Figures) -> None:
    scale(content, 10, "receipts", ["BRA"], [NEWEST])
    add_up(content)


def _member_alone(content: Figures) -> None:
    scale(content, 1.05, "receipts", ["JPN"], [2023])


def _headline(content: Figures) -> None:
    content["receipts", "W00", NEWEST] = (content["receipts", "W00", NEWEST] or 0) * 1.02


def _comprehensive(content: Figures) -> None:
    for place, area in enumerate(AREAS):
        scale(content, 1.04 + 0.01 * (place % 3), "receipts", [area], range(2010, 2015))
    add_up(content)


def _no_newest(content: Figures) -> None:
    for key in [key for key in content if key[2] >= 2023]:
        del content[key]


STOPPED = {
    "an economy lost": (lose(["CHN"]), "coverage"),
    "the world lost": (lose(["W00"]), "coverage"),
    "no newest year": (_no_newest, "coverage"),
    "economies exchanged": (_exchange, "equal series"),
    "years shifted": (_shift, "shifted years"),
    "a year copied": (_copy_newest, "exact repeats"),
    "a figure copied": (_copy_one, "exact repeats"),
    "two series equal": (_equal, "equal series"),
    "sign turned": (_negative, "growth"),
    "half a year": (_half_a_year, "growth"),
    "tenfold newest figure": (_tenfold_newest, "growth"),
    "one economy in another currency": (_other_currency, "revision"),
    "an old figure mistyped": (_old_typo, "revision"),
    "all in another unit": (_all_in_another_unit, "revision"),
    "thousands for millions": (_thousands, "scaled block"),
    "a member moved and the world did not": (_member_alone, "aggregates"),
    "the world moved and no member did": (_headline, "aggregates"),
    "comprehensive revision": (_comprehensive, "comprehensive revision"),
}


REVIEWED = Path(__file__).with_name("reasons.csv")


def rows_of(verdict: Verdict) -> list[dict[str, str]]:
    """The reasons of a verdict with their figures, as text."""

    def number(value: float | None, form: str) -> str:
        return "" if value is None else format(value, form)

    return [
        {
            "edit": one.edit,
            "level": str(one.level),
            "holds": str(one.holds).lower(),
            "series": one.series,
            "year": number(one.year, "d"),
            "before": number(one.before, ".12g"),
            "now": number(one.now, ".12g"),
            "score": number(one.score, ".6g"),
            "in_question": number(verdict.share_in_question, ".6g"),
            "sentence": one.sentence,
        }
        for one in verdict.reasons
    ]


def expect_reviewed(verdict: Verdict, name: str) -> None:
    """Reasons, with their figures, are those that were reviewed."""
    with REVIEWED.open(encoding="utf-8", newline="") as file:
        rows = [one for one in csv.DictReader(file) if one.pop("vintage") == name]
    assert rows_of(verdict) == rows


@pytest.mark.parametrize("name", STOPPED)
def test_a_fault_is_stopped_by_its_edit(publisher: Publisher, name: str) -> None:
    change, edit = STOPPED[name]
    verdict = publisher.judged(changed(change))
    assert verdict.outcome == HELD_BACK
    assert holding(verdict, edit), [one.sentence for one in verdict.reasons]
    expect_reviewed(verdict, name)


def _island_tenfold(content: Figures) -> None:
    scale(content, 10, "receipts", ["FJI"], [NEWEST])
    add_up(content)


def _unknown_area(content: Figures) -> None:
    for year in YEARS:
        content["receipts", "QQX", year] = 1e6 + year * 317


def _island_gaps(content: Figures) -> None:
    """Two old years of one small economy."""
    for year in (2010, 2011):
        content["receipts", "MUS", year] = None
    add_up(content)


def _islands_equal(content: Figures) -> None:
    for year in YEARS:
        content["payments", "FJI", year] = content["payments", "MUS", year]
    add_up(content)


def _island_shifted(content: Figures) -> None:
    for year in reversed(YEARS[1:]):
        content["receipts", "MUS", year] = content["receipts", "MUS", year - 1]
    add_up(content)


def _island_thousands(content: Figures) -> None:
    scale(content, 1000, "payments", ["MUS"], range(2016, 2021))
    add_up(content)


def _small_lost(content: Figures) -> None:
    lose(["FJI"])(content)
    add_up(content)


def _newest_exchanged(content: Figures) -> None:
    brazil, korea = ("receipts", "BRA", NEWEST), ("receipts", "KOR", NEWEST)
    content[brazil], content[korea] = content[korea], content[brazil]


def _zero(content: Figures) -> None:
    content["receipts", "KOR", NEWEST] = 0.0
    add_up(content)


def _fall_by_a_third(content: Figures) -> None:
    scale(content, 0.66, "payments", ["KOR"], [NEWEST])
    add_up(content)


def _many_old_gaps(content: Figures) -> None:
    """A quarter of the years of every economy that is not among the largest."""
    for area in ("BRA", "ZAF", "MUS", "FJI"):
        for year in range(2006, 2016):
            content["receipts", area, year] = None
    add_up(content)


FURTHER: dict[str, tuple[Callable[[Figures], None], str]] = {
    "an island's newest figure tenfold": (_island_tenfold, WITH_REMARKS),
    "an area in no seed": (_unknown_area, WITH_REMARKS),
    "two old figures of an island gone": (_island_gaps, WITH_REMARKS),
    "two islands equal": (_islands_equal, HELD_BACK),
    "an island's years shifted": (_island_shifted, HELD_BACK),
    "an island in thousands": (_island_thousands, WITH_REMARKS),
    "an island lost": (_small_lost, WITH_REMARKS),
    "two newest figures exchanged": (_newest_exchanged, HELD_BACK),
    "zero for a newest figure": (_zero, HELD_BACK),
    "a newest figure a third lower": (_fall_by_a_third, HELD_BACK),
    "many old figures gone": (_many_old_gaps, HELD_BACK),
}


@pytest.mark.parametrize("name", FURTHER)
def test_reasons_name_their_figures(publisher: Publisher, name: str) -> None:
    change, outcome = FURTHER[name]
    verdict = publisher.judged(changed(change))
    assert verdict.outcome == outcome
    expect_reviewed(verdict, name)


def test_what_is_missing_is_named(publisher: Publisher) -> None:
    (reason, *_) = holding(publisher.judged(changed(lose(["W00"]))), "coverage")
    assert reason.sentence == "receipts: World is missing; countries are complete." or reason.sentence.startswith(
        "payments: World is missing; countries are complete"
    )


def test_a_small_islands_jump_is_a_remark(publisher: Publisher) -> None:
    content = figures()
    scale(content, 10, "receipts", ["FJI"], [NEWEST])
    add_up(content)
    verdict = publisher.judged(content)
    assert verdict.outcome == WITH_REMARKS
    assert any(one.edit == "growth" and one.series == "receipts/FJI" for one in verdict.reasons)


def test_revision_is_symmetric_up_and_down(publisher: Publisher) -> None:
    scores = []
    for factor in (1.5, 1 / 1.5):
        content = figures()
        scale(content, factor, "receipts", ["KOR"], [2015, 2016, 2017])
        add_up(content)
        scores.append([one.score for one in holding(publisher.judged(content), "revision") if one.year == 2016])
    assert scores[0]
    assert scores[0] == pytest.approx(scores[1], rel=0.02)


def test_the_whole_earlier_vintage_under_a_new_date(publisher: Publisher) -> None:
    soon = publisher.judged(figures(2023), vintage=date(2025, 12, 1))
    late = publisher.judged(figures(2023), vintage=date(2026, 12, 1))
    assert soon.outcome == WITH_REMARKS
    assert holding(late, "exact repeats")


def test_a_stamp_after_the_fetch_is_held_back(publisher: Publisher) -> None:
    verdict = publisher.judged(figures(), fetched=date(2025, 12, 30))
    assert "after the fetch" in holding(verdict, "dates")[0].sentence


def test_a_year_that_is_not_over_is_held_back(publisher: Publisher) -> None:
    assert holding(publisher.judged(figures(2026)), "dates")


def test_a_right_name_beside_a_wrong_code_is_held_back(publisher: Publisher) -> None:
    names = {"JPN": "the economy DEU", "DEU": "the economy JPN"}
    verdict = publisher.judged(figures(), names=names)
    assert "JPN is the economy DEU" in holding(verdict, "redundant fields")[0].sentence


def test_other_words_for_a_name_are_a_remark(publisher: Publisher) -> None:
    assert publisher.judged(figures(), names={"JPN": "Japan"}).outcome == WITH_REMARKS


def test_new_areas_are_remarked_and_unknown_ones_named(publisher: Publisher) -> None:
    content = figures()
    for year in YEARS:
        content["receipts", "QQX", year] = 1e6 + year * 317
    verdict = publisher.judged(content)
    assert verdict.outcome == WITH_REMARKS
    assert any("QQX" in one.sentence and "in no seed" in one.sentence for one in verdict.reasons)


def test_a_first_vintage_is_admitted_with_a_remark(publisher: Publisher) -> None:
    verdict = publisher.judged(figures(), {})
    assert verdict.outcome == WITH_REMARKS
    assert "No earlier vintage" in verdict.reasons[-1].sentence


def test_a_measure_that_the_candidate_does_not_bring_is_not_missing(publisher: Publisher) -> None:
    content = {key: value for key, value in figures().items() if key[0] == "receipts"}
    assert publisher.judged(content).outcome != HELD_BACK


def test_limits_grow_with_the_time_between_vintages(publisher: Publisher) -> None:
    content = figures()
    scale(content, 1.16, "receipts", ["KOR"], [2016, 2017, 2018])
    add_up(content)
    assert holding(publisher.judged(content), "revision")
    assert not holding(publisher.judged(content, vintage=date(2029, 1, 1), fetched=NOW.replace(year=2030)), "revision")


def test_a_verdict_survives_json(publisher: Publisher) -> None:
    verdict = publisher.judged(changed(lose(["CHN"])))
    assert Verdict.from_json(verdict.as_json()) == verdict


def write_reviewed(folder: Path) -> None:
    """Write ``reasons.csv`` from the present code; ``folder`` is for synthetic payloads."""
    rows = []
    for number, (name, (change, _)) in enumerate((STOPPED | FURTHER).items()):
        (folder / str(number)).mkdir()
        verdict = Publisher(folder / str(number)).judged(changed(change))
        rows += [{"vintage": name, **row} for row in rows_of(verdict)]
    write_rows(REVIEWED, rows)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        write_reviewed(Path(made))
