"""Edits over few figures, each worked by hand: what is found, at which limit, and with which score."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from math import log, sqrt
from pathlib import Path

import numpy as np
import pytest

from orchestration.admission.areas import AGGREGATE
from orchestration.admission.case import Case
from orchestration.admission.edits import (
    aggregates,
    balances,
    coverage,
    dates,
    equal_series,
    exact_repeats,
    growth,
    listed_parts,
    other_publishers,
    scaled_blocks,
    shifted_years,
)
from orchestration.admission.finding import Finding
from orchestration.admission.judge import verdict_of
from orchestration.admission.verdict import Reason
from orchestration.contracts.observation import Balance, Observations
from tests.unit.admission.synthetic_vintage import (
    AREAS,
    BEFORE,
    NOW,
    SOURCE,
    Figures,
    Matrix,
    Publisher,
    laid_out,
)

NAN = float("nan")
PLAIN = Observations(area="code", year="year", value="value")
EDITION = replace(PLAIN, restates=False)


def reasons(found: Iterable[Finding]) -> list[Reason]:
    return [one.reason for one in found]


# Balances


def item(name: str, area: str = "USA") -> tuple[str, ...]:
    return ("receipts", area, "W00", name)


def services(whole: float | None, *parts: float | None, area: str = "USA") -> Matrix:
    """Items S = SA + SB of two years; the first is 100 = 60 + 40."""
    values = zip(("S", "SA", "SB"), (100.0, 60.0, 40.0), (whole, *parts), strict=True)
    return {item(name, area): [first, second] for name, first, second in values}


def sum_of_items(rounding: float = 0.0, *, steady: bool = False) -> Observations:
    return replace(PLAIN, balances=(Balance("item", "S", ("SA", "SB"), rounding, steady),))


FIRST_YEAR = services(None, None, None)


def test_a_whole_and_its_parts_are_stated_beside_each_other() -> None:
    """100 against 60 + 30: a tenth of the larger one, twenty times 0.1 times all of the total."""
    case = laid_out(services(100, 60, 30), FIRST_YEAR, sum_of_items())
    (found,) = balances.findings(case)
    assert found.series == (0, 1, 2)
    assert found.reason == Reason(
        2,
        "balance",
        True,
        "receipts/USA/S",
        2024,
        90.0,
        100.0,
        200.0,
        "United States, receipts, S, 2024: 100 is stated and the parts SA + SB add up to 90.",
    )


@pytest.mark.parametrize(
    ("rounding", "part", "is_found"), [(0.0, 39.5, 0), (0.0, 39.4, 1), (2.0, 38.0, 0), (2.0, 42.1, 1), (0.2, 39.5, 0)]
)
def test_a_difference_of_rounding_is_none(rounding: float, part: float, is_found: int) -> None:
    """Half a unit is always allowed, more where the source says so."""
    case = laid_out(services(100, 60, part), FIRST_YEAR, sum_of_items(rounding))
    assert len(list(balances.findings(case))) == is_found


@pytest.mark.parametrize(("part", "is_found"), [(30.4, 0), (29.6, 0), (30.6, 1), (29.4, 1)])
def test_a_difference_that_the_vintage_before_had_is_known(part: float, is_found: int) -> None:
    case = laid_out(services(100, 60, part), services(100, 60, 30), sum_of_items())
    assert len(list(balances.findings(case))) == is_found


def test_a_whole_without_a_part_or_with_a_steady_share_is_not_added_up() -> None:
    whole = services(100, 60, 30)
    without = {key: values for key, values in whole.items() if key[3] != "SB"}
    assert not list(balances.findings(laid_out(without, {}, sum_of_items())))
    assert not list(balances.findings(laid_out(whole, FIRST_YEAR, sum_of_items(steady=True))))
    assert not list(balances.findings(laid_out(services(100, 60, None), FIRST_YEAR, sum_of_items())))


def test_areas_are_added_up_apart() -> None:
    case = laid_out(
        services(200, 110, 90) | services(100, 60, 30, area="JPN"),
        FIRST_YEAR | services(None, None, None, area="JPN"),
        sum_of_items(),
    )
    assert [one.series for one in reasons(balances.findings(case))] == ["receipts/JPN/S"]


@pytest.mark.parametrize(("part", "holds", "share"), [(0.0, False, 0.4), (-0.3, True, 0.7)])
def test_a_small_economy_holds_only_where_more_than_half_is_off(part: float, holds: bool, share: float) -> None:
    """Of 1 stated 0.6 and 0 or -0.3 are listed; an impact below one percent counts as one."""
    large: Matrix = {key: [10_000 * (value or 0) for value in values] for key, values in services(100, 60, 40).items()}
    now: Matrix = large | {item("S", "FJI"): [1, 1], item("SA", "FJI"): [0.6, 0.6], item("SB", "FJI"): [0.4, part]}
    case = laid_out(now, large | {key: [values[0], None] for key, values in now.items()}, sum_of_items())
    case = replace(case, now=case.now * 1000, before=case.before * 1000)
    (found,) = reasons(balances.findings(case))
    assert (found.series, found.holds) == ("receipts/FJI/S", holds)
    assert found.score == pytest.approx(20 * share)


def test_measures_with_their_items_balance_too() -> None:
    how = replace(PLAIN, balances=(Balance("measure/item", "net/SH", ("receipts/SH", "payments/SH")),))
    now: Matrix = {("net", "USA", "W00", "SH"): [30.0], ("receipts", "USA", "W00", "SH"): [100.0]}
    now |= {("payments", "USA", "W00", "SH"): [-60.0], ("payments", "USA", "W00", "SI"): [-70.0]}
    (found,) = reasons(balances.findings(laid_out(now, {}, how)))
    assert (found.before, found.now) == (40.0, 30.0)
    assert found.score == pytest.approx(20 * 0.25 * 100)


# Aggregates

REGIONS = {"EUX": ("DEU", "GBR", "FRA", "FJI"), "OCX": ("MUS", "FJI")}
SIZES = dict(zip(AREAS, (40.0, 15.0, 14.0, 9.0, 8.0, 6.0, 4.0, 3.0, 1.2, 0.5, 0.4, 0.3), strict=True))


def aggregated(**wrong: float) -> tuple[Matrix, Matrix]:
    """Receipts of twelve economies, of two regions and of the world, and how often its figure of 2015 each has; the vintage before.

    The years of each economy go up and down by themselves, so that it shows who is in a region.
    """
    draw = np.random.default_rng(5)
    receipts = {area: np.round(1e9 * size * np.exp(draw.normal(0, 0.3, 20))) for area, size in SIZES.items()}
    members = REGIONS | {"W00": tuple(AREAS)}
    receipts |= {whole: np.sum([receipts[area] for area in of], axis=0) for whole, of in members.items()}
    right: Matrix = {("receipts", area): values.tolist() for area, values in receipts.items()}
    now: Matrix = {
        key: [value * wrong.get(key[1], 1.0) if place == 10 else value for place, value in enumerate(values)]
        for key, values in right.items()
    }
    return now, right


def apart(now: Matrix, before: Matrix) -> Case:
    return laid_out(now, without_newest(before), PLAIN, kinds=dict.fromkeys(REGIONS, AGGREGATE))


def of_aggregates(case: Case) -> list[tuple[str, bool, float, str]]:
    return [(one.series, one.holds, one.score, one.sentence) for one in reasons(aggregates.findings(case))]


def test_aggregates_and_members_that_move_together_are_right() -> None:
    assert of_aggregates(apart(*aggregated())) == []
    assert of_aggregates(apart(*aggregated(DEU=1.001))) == []


def test_a_member_that_moved_alone_is_named_by_its_region_and_the_world() -> None:
    """Germany twice as high: its region is off by Germany's part of it, the world by Germany's part of it; ten limits count."""
    now, right = aggregated(DEU=2.0)
    of_region, of_world = (right["receipts", "DEU"][10] / right["receipts", whole][10] for whole in ("EUX", "W00"))
    case = apart(now, right)
    weights = {case.label(row).split("/")[1]: float(one) for row, one in enumerate(case.impact)}
    first, second = of_aggregates(case)
    assert first[:2] == ("receipts/EUX", True)
    assert first[2] == pytest.approx(10 * max(weights["EUX"] * of_region, weights["DEU"]))
    assert second[:2] == ("receipts/W00", True)
    assert second[2] == pytest.approx(10 * max(100 * of_world, weights["DEU"]))
    stated = f"{right['receipts', 'W00'][10] / 1e9:,.4g} billion"
    assert second[3] == (
        f"W00, receipts, 2015: the members add up to {of_world:.2%} more of {stated} than in the vintage before; most "
        "changed: Germany."
    )


def test_a_little_beyond_the_limit_scores_by_its_distance() -> None:
    """Germany 3 % lower: 0.4 % of the world is the limit."""
    now, right = aggregated(DEU=0.97)
    off = 0.03 * right["receipts", "DEU"][10] / right["receipts", "W00"][10]
    case = apart(now, right)
    german = next(float(one) for row, one in enumerate(case.impact) if case.label(row) == "receipts/DEU")
    *_, world = of_aggregates(case)
    assert world[2] == pytest.approx(off / 0.004 * german, rel=0.01)
    assert f"add up to {off:.2%} less of" in world[3]


def test_an_aggregate_that_moved_alone_is_itself_in_question() -> None:
    (world,) = of_aggregates(apart(*aggregated(W00=1.02)))
    assert world[1]
    assert world[3].endswith("most changed: the aggregate itself.")


def test_a_region_is_a_remark_where_the_most_changed_is_of_no_consequence() -> None:
    """Fiji a thousand times as high: the world holds, a large region does not for an island, nor does a small region."""
    found = {one[0]: one for one in of_aggregates(apart(*aggregated(FJI=1000.0)))}
    assert {name: one[1] for name, one in found.items()} == {
        "receipts/EUX": False,
        "receipts/OCX": False,
        "receipts/W00": True,
    }
    assert found["receipts/EUX"][3].endswith("most changed: FJI.")
    assert found["receipts/OCX"][3].endswith("most changed: FJI.")


def test_a_small_region_is_a_remark_whoever_moved() -> None:
    """South Africa and Fiji are less than a hundredth of the whole; South Africa is a major economy."""
    now, right = aggregated(ZAF=3.0)
    for one in (now, right):
        one["receipts", "OCX"] = [
            a + b for a, b in zip(right["receipts", "ZAF"], right["receipts", "FJI"], strict=True)
        ]
    found = {one[0]: one[1] for one in of_aggregates(apart(now, right))}
    assert found == {"receipts/OCX": False, "receipts/W00": True}


def test_of_several_members_the_three_that_changed_most_are_named() -> None:
    *_, world = of_aggregates(apart(*aggregated(USA=1.1, JPN=1.1, CHN=1.1, KOR=1.1)))
    assert world[3].endswith("most changed: United States, Japan, CHN.")


def test_an_old_vintage_before_or_none_holds_no_aggregate() -> None:
    now, right = aggregated(DEU=2.0)
    case = apart(now, right)
    old = replace(
        case, files_before=tuple(replace(one, vintage=NOW - timedelta(days=500)) for one in case.files_before)
    )
    assert [one[1] for one in of_aggregates(old)] == [False, False]
    newest: Matrix = {
        key: [*values[:-1], values[-1] * (1.5 if key[1] == "W00" else 1.0)] for key, values in right.items()
    }
    first = replace(apart(newest, right), files_before=(), fresh=np.full(len(newest), True))
    first = replace(first, before=np.full(first.now.shape, NAN))
    assert [one[:2] for one in of_aggregates(first)] == [("receipts/W00", False)]


def test_an_aggregate_that_moved_in_many_years_has_other_members_and_the_others_are_still_judged() -> None:
    """Europe without the United Kingdom in six years; the world 2 % off in one."""
    now, right = aggregated(W00=1.02)
    now["receipts", "EUX"] = [
        value - (right["receipts", "GBR"][place] if 4 <= place < 10 else 0)
        for place, value in enumerate(right["receipts", "EUX"])
    ]
    europe, world = of_aggregates(apart(now, right))
    assert europe == (
        "receipts/EUX",
        False,
        1.0,
        "EUX, receipts: 6 years are apart from the sum of its members; it may have other members now.",
    )
    assert world[:2] == ("receipts/W00", True)
    now, right = aggregated()
    now["receipts", "W00"] = [
        value * (1.02 if 4 <= place < 9 else 1) for place, value in enumerate(right["receipts", "W00"])
    ]
    case = apart(now, right)
    (whole,) = of_aggregates(case)
    assert whole[:3] == ("receipts/W00", True, 100.0)
    old = replace(
        case, files_before=tuple(replace(one, vintage=NOW - timedelta(days=500)) for one in case.files_before)
    )
    assert [one[1:3] for one in of_aggregates(old)] == [(False, 1.0)]


# Shifted years


def edition(**years: int) -> Matrix:
    """One figure of each area, in its year."""
    return {
        ("receipts", area): [1000.0 + place if year == column else None for column in range(2020, 2025)]
        for place, (area, year) in enumerate(years.items())
    }


def test_one_figure_is_of_another_year_than_its_edition() -> None:
    case = laid_out(edition(USA=2023, JPN=2023, CHN=2023, DEU=2022), {}, EDITION)
    (found,) = shifted_years.findings(case)
    assert found.series == (3,)
    assert found.reason == Reason(
        2,
        "shifted years",
        True,
        "receipts/DEU",
        2022,
        None,
        1003.0,
        500.0,
        "Germany, receipts: the figure is of 2022, all others of this edition are of 2023.",
    )


@pytest.mark.parametrize(
    "now",
    [
        edition(USA=2023, JPN=2023, CHN=2023),
        edition(USA=2023, JPN=2023, CHN=2022, DEU=2022),
        edition(USA=2023, JPN=2022),
        edition(USA=2023, JPN=2023, DEU=2022) | {("receipts", "FRA"): [None, None, 7.0, 8.0, None]},
    ],
    ids=["one year", "half of two years", "two figures", "an edition of two years"],
)
def test_editions_of_several_years_are_not_judged_by_one(now: Matrix) -> None:
    assert not list(shifted_years.findings(laid_out(now, {}, EDITION)))


def test_a_table_that_is_restated_has_no_year_of_its_edition() -> None:
    now = edition(USA=2023, JPN=2023, CHN=2023, DEU=2022)
    assert not list(shifted_years.findings(laid_out(now, {}, PLAIN)))


OLD = [101.0, 203.0, 307.0, 401.0, 503.0]


@pytest.mark.parametrize(
    ("now", "words"),
    [
        ([None, *OLD[:4]], "4 figures are those of the year before"),
        ([*OLD[1:], None], "4 figures are those of the year after"),
        ([None, 101.0, 203.0, 307.0, 777.0], "3 figures are those of the year before"),
        ([203.0, 307.0, 401.0, None, 503.0], "3 figures are those of the year after"),
        ([None, 101.0, 203.0, 777.0, 778.0], None),
        (OLD, None),
    ],
)
def test_figures_of_the_year_before_or_after(now: list[float | None], words: str | None) -> None:
    """Of five or four known figures three are enough, two are not."""
    found = reasons(shifted_years.findings(laid_out({("receipts", "USA"): now}, {("receipts", "USA"): OLD}, PLAIN)))
    expected = [f"United States, receipts: {words}; its years are shifted."] if words else []
    assert [one.sentence for one in found] == expected
    assert [(one.score, one.holds, one.series) for one in found] == [(500.0, True, "receipts/USA")] * len(expected)


def test_figures_that_repeat_from_year_to_year_are_not_shifted() -> None:
    """A constant equals the year before and itself; a zero says nothing."""
    for values in ([7.0] * 5, [0.0] * 5, [0.0, 5.0, 0.0, 5.0, 0.0]):
        case = laid_out({("receipts", "USA"): values}, {("receipts", "USA"): [5.0, *values[:4]]}, PLAIN)
        assert not list(shifted_years.findings(replace(case, now=case.before.copy())))


# Other publishers


@pytest.fixture
def compared(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Publisher:
    """Japan's receipts are compared with those of another publisher."""
    one, other = (other_publishers.Side(name, "figures", "receipts", "JPN") for name in ("synthetic", "other"))
    pair = other_publishers.Comparison("Receipts of Japan", (one, other))
    monkeypatch.setattr(other_publishers, "comparisons", lambda: (pair,))
    monkeypatch.setattr(other_publishers, "_source", lambda name: SOURCE)
    return Publisher(tmp_path)


YEARS = range(2012, 2025)


def beside(
    publisher: Publisher, now: dict[int, float], before: dict[int, float], theirs: dict[int, float] | None = None
) -> list[Reason]:
    """Ours is 110 in every year but those given, the vintage before ends in 2023; theirs is 100, and has another area and measure."""
    content: Figures = {("receipts", "JPN", year): 100.0 for year in (2001, *YEARS)}
    content |= {("receipts", "JPN", year): value for year, value in (theirs or {}).items()}
    content |= {("receipts", "DEU", year): 5.0 for year in YEARS} | {("payments", "JPN", year): 6.0 for year in YEARS}
    files = publisher.files(content, BEFORE)
    ours = [now.get(year, 110.0) for year in YEARS]
    earlier = [before.get(year, 110.0) for year in YEARS[:-1]]
    rows: Matrix = {("receipts", "DEU"): [1.0] * 13, ("payments", "JPN"): [2.0] * 13, ("receipts", "JPN"): ours}
    old: Matrix = {**rows, ("receipts", "JPN"): [*earlier, before.get(2024)]}
    return reasons(other_publishers.findings(laid_out(rows, old, PLAIN, others=files)))


def test_a_new_figure_is_compared_with_the_other_publishers(compared: Publisher) -> None:
    """ln(125 / 100) - ln(110 / 100) = 0.1278, limit 0.1, all of the total but a hundredth."""
    (found,) = beside(compared, {2024: 125.0}, {})
    impact = 100 * 110 / 111
    assert (found.level, found.edit, found.holds, found.series) == (3, "other publishers", True, "receipts/JPN")
    assert (found.year, found.before, found.now) == (2024, None, 125.0)
    assert found.score == pytest.approx(log(1.25 / 1.1) / 0.1 * impact)
    assert found.sentence == (
        "Receipts of Japan, 2024: 125, where Synthetic office has 100; their ratio is off by +13.6 % from what it was in "
        "other years."
    )
    assert beside(compared, {2024: 121.0}, {}) == []
    assert beside(compared, {2024: -110.0}, {}) == []


def test_a_great_distance_counts_as_ten_limits(compared: Publisher) -> None:
    (found,) = beside(compared, {2024: 1100.0}, {})
    assert found.score == pytest.approx(10 * 100 * 110 / 111)


@pytest.mark.parametrize(
    ("before", "now", "holds"), [(130.0, 150.0, True), (150.0, 130.0, False), (85.0, 90.0, False), (90.0, 85.0, True)]
)
def test_a_revision_holds_where_it_leaves_the_other_publisher(
    compared: Publisher, before: float, now: float, holds: bool
) -> None:
    (found,) = beside(compared, {2020: now}, {2020: before})
    assert (found.year, found.holds, found.before, found.now) == (2020, holds, before, now)


def test_what_was_apart_before_is_no_news(compared: Publisher) -> None:
    assert beside(compared, {2020: 150.0}, {2020: 150.0}) == []


def test_a_ratio_that_wavers_has_a_wider_limit(compared: Publisher) -> None:
    """Ratios of 110 but for two of twelve years at 121: nine tenths of the distances are below 0.9 ln 1.1, the limit is four times that."""
    wavering = {2018: 121.0, 2021: 121.0}
    assert beside(compared, wavering | {2024: 110 * 1.40}, wavering) == []
    assert len(beside(compared, wavering | {2024: 110 * 1.42}, wavering)) == 1


def test_a_first_vintage_is_compared_by_its_own_earlier_years(compared: Publisher) -> None:
    none = dict.fromkeys(YEARS, NAN)
    assert [one.year for one in beside(compared, {2024: 140.0}, none)] == [2024]
    assert [one.year for one in beside(compared, {2019: 140.0}, none)] == [2019]


def test_fewer_than_three_years_in_common_are_no_comparison(compared: Publisher) -> None:
    theirs = dict.fromkeys(range(2012, 2021), 0.0)
    assert len(beside(compared, {2024: 140.0}, {}, theirs)) == 1
    assert beside(compared, {2024: 140.0}, {}, theirs | {2021: 0.0}) == []


def test_the_comparison_works_from_either_side(compared: Publisher, monkeypatch: pytest.MonkeyPatch) -> None:
    (pair,) = other_publishers.comparisons()
    turned = replace(pair, sides=pair.sides[::-1])
    monkeypatch.setattr(other_publishers, "comparisons", lambda: (turned,))
    assert len(beside(compared, {2024: 140.0}, {})) == 1


# Listed parts


def parts_of_the_world(**newest: float) -> Matrix:
    """Ten years of the world, 100, and of three economies that are 30, 20 and 10 of it; all grow by 5 % a year."""
    sizes = {"W00": 100.0, "JPN": 30.0, "DEU": 20.0, "FRA": 10.0}
    return {
        ("receipts", area): [
            *(size * 1.05**year for year in range(9)),
            size * 1.05**9 * newest.get(area, 1.0),
        ]
        for area, size in sizes.items()
    }


def without_newest(now: Matrix) -> Matrix:
    return {key: [*values[:-1], None] for key, values in now.items()}


def listed(now: Matrix, how: Observations = PLAIN) -> list[Reason]:
    return reasons(listed_parts.findings(laid_out(now, without_newest(now), how)))


def test_listed_parts_grow_as_their_whole() -> None:
    """Japan 10 % too high is 5 % of the 60 that are listed; the limit of exact years is a thousandth, and ten limits count."""
    (found,) = listed(parts_of_the_world(JPN=1.1))
    assert (found.level, found.edit, found.holds, found.series) == (2, "listed parts", True, "receipts/W00")
    assert (found.year, found.before) == (2024, None)
    assert found.now == pytest.approx(100 * 1.05**9)
    assert found.score == pytest.approx(1000.0)
    assert found.sentence.startswith(
        "W00, receipts, 2024: the parts that are listed grew +5 % against the whole, 48.8 times the limit from other "
        "years; furthest from the others: Japan, receipts, "
    )
    assert listed(parts_of_the_world()) == []


def test_the_score_of_listed_parts_grows_with_their_distance() -> None:
    """France 1.2 % too high: ln(60.12 / 60) = 0.002 of a limit of 0.001."""
    (found,) = listed(parts_of_the_world(FRA=1.012))
    assert found.score == pytest.approx(100 * log(60.12 / 60) / 0.001)
    assert "furthest from the others: FRA, receipts" in found.sentence
    assert listed(parts_of_the_world(FRA=1.005)) == []
    (fall,) = listed(parts_of_the_world(FRA=0.988))
    assert fall.score == pytest.approx(-100 * log(59.88 / 60) / 0.001)
    assert "grew -0.2 % against the whole, 2.0 times" in fall.sentence


def test_parts_that_never_agreed_have_the_wider_limit() -> None:
    """Every other year France is 3.7 % higher, 0.6 % of the parts: 1.5 times that is below the fixed limit of 1.2 %."""
    now = {
        key: [value * (1.037 if key[1] == "FRA" and place % 2 else 1) for place, value in enumerate(values)]
        for key, values in parts_of_the_world().items()
    }
    assert listed(now) == []
    wrong = {**now, ("receipts", "JPN"): [*now["receipts", "JPN"][:-1], (now["receipts", "JPN"][-1] or 0) * 1.014]}
    (found,) = listed(wrong)
    assert "1.1 times the limit" in found.sentence


def test_two_parts_a_small_share_or_a_short_past_judge_nothing() -> None:
    wrong = parts_of_the_world(JPN=1.1)
    assert listed({key: values for key, values in wrong.items() if key[1] != "FRA"}) == []
    assert (
        listed(
            {key: values if key[1] == "W00" else [(one or 0) / 2.1 for one in values] for key, values in wrong.items()}
        )
        == []
    )
    assert (
        len(
            listed(
                {
                    key: values if key[1] == "W00" else [(one or 0) / 1.9 for one in values]
                    for key, values in wrong.items()
                }
            )
        )
        == 1
    )
    assert listed({key: values[-3:] for key, values in wrong.items()}) == []


def test_few_years_have_the_fixed_limit() -> None:
    """Three past steps are fewer than five: 1.2 %, not a thousandth. France 8 % too high is 1.33 % of the parts, 6 % is 1 %."""
    assert len(listed({key: values[-5:] for key, values in parts_of_the_world(FRA=1.08).items()})) == 1
    assert listed({key: values[-5:] for key, values in parts_of_the_world(FRA=1.06).items()}) == []


def test_a_step_over_missing_years_counts_by_the_root_of_their_number() -> None:
    """The whole lacks the year before: over two years the parts are 5 % too high, by root two."""
    now = parts_of_the_world(JPN=1.1)
    now = {key: [*values[:8], None, values[9]] if key[1] == "W00" else values for key, values in now.items()}
    (found,) = listed(now)
    assert f"{log(1.05) / sqrt(2) / 0.001:.1f} times the limit" in found.sentence


def test_of_declared_parts_two_are_enough() -> None:
    how = replace(PLAIN, balances=(Balance("item", "S", ("SA", "SB"), steady=True),))
    sizes = {"S": 100.0, "SA": 30.0, "SB": 20.0}
    now = {item(name): [size * 1.05**year for year in range(10)] for name, size in sizes.items()}
    assert listed(now, how) == []
    wrong = {**now, item("SA"): [*now[item("SA")][:-1], 30 * 1.05**9 * 1.01]}
    assert [one.series for one in listed(wrong, how)] == ["receipts/USA/S"]
    assert listed(wrong, sum_of_items()) == []


def test_an_old_vintage_before_judges_no_listed_parts() -> None:
    now = parts_of_the_world(JPN=1.1)
    case = laid_out(now, without_newest(now), PLAIN)
    old = tuple(replace(one, vintage=NOW - timedelta(days=500)) for one in case.files_before)
    assert not list(listed_parts.findings(replace(case, files_before=old)))


# Growth beside others, equal series, scaled blocks


def economies(**newest: float) -> Matrix:
    """Twelve years of five economies that grow by 5 % a year, and the factor of each in the newest."""
    return {
        ("receipts", area): [
            *(round(1e9 * 1.05**year * (1 + place / 7)) for year in range(11)),
            1e9 * 1.05**10 * (1 + place / 7) * newest.get(area, 1.05),
        ]
        for place, area in enumerate(("USA", "JPN", "DEU", "GBR", "CHN"))
    }


def grown(now: Matrix) -> list[Reason]:
    return reasons(growth.findings(laid_out(now, without_newest(now), PLAIN)))


def test_one_of_a_few_economies_grows_beyond_the_others() -> None:
    """ln(1.3 / 1.05) = 0.2136: a limit of 0.15 beside the others is nearer than the 0.2 of the own past."""
    (found,) = grown(economies(DEU=1.3))
    assert (found.series, found.year, found.holds) == ("receipts/DEU", 2024, True)
    assert found.score == pytest.approx(log(1.3 / 1.05) / 0.15 * 100 * (9 / 7) / (5 + 10 / 7), rel=1e-3)
    assert "is +30 % over the year before; 1.4 times the limit" in found.sentence
    assert grown(economies(DEU=1.21)) == []
    (fall,) = grown(economies(DEU=0.82))
    assert "-18 % over the year before" in fall.sentence


def test_a_year_in_which_all_grow_is_no_fault_of_one() -> None:
    assert grown(economies(USA=1.25, JPN=1.25, DEU=1.25, GBR=1.25, CHN=1.25)) == []


def test_three_economies_have_no_median_to_be_beyond() -> None:
    """Beside others they would be 1.2 limits off; four are needed for a median that one does not make."""
    few = {key: values for key, values in economies(DEU=1.26).items() if key[1] in ("USA", "JPN", "DEU")}
    assert grown(few) == []
    assert len(grown({key: values for key, values in economies(DEU=1.26).items() if key[1] != "CHN"})) == 1


def test_two_economies_of_an_edition_with_one_figure() -> None:
    """A press release that gives two economies the same figure: one figure is enough to ask."""
    now: Matrix = {
        ("receipts", "USA"): [None, 70.123],
        ("receipts", "JPN"): [None, 70.123],
        ("receipts", "DEU"): [None, 9.0],
    }
    (found,) = reasons(equal_series.findings(laid_out(now, {}, EDITION)))
    assert found.sentence in (
        "United States, receipts: 1 figures are also those of Japan.",
        "Japan, receipts: 1 figures are also those of United States.",
    )
    assert found.holds
    assert not list(equal_series.findings(laid_out(now, {}, PLAIN)))


def test_blocks_of_every_factor_are_found() -> None:
    """Eight figures a hundred times too large are a block, seven a thousand times too large are none, nor are small figures."""
    old = [1001.0 + 37 * year for year in range(16)]
    hundred = [*(value * 100 for value in old[:8]), *(value * 1000 for value in old[8:15]), old[15]]
    case = laid_out({("receipts", "USA"): hundred}, {("receipts", "USA"): old}, PLAIN)
    (found,) = reasons(scaled_blocks.findings(case))
    assert found.sentence == (
        "8 figures of 2009 to 2016 are exactly 100 times as large or as small as before (United States, receipts); the unit "
        "may differ."
    )
    assert (found.score, found.holds, found.level) == (500.0, True, 2)
    turned = reasons(scaled_blocks.findings(replace(case, now=case.before, before=case.now)))
    assert [one.sentence for one in turned] == [found.sentence]
    assert not list(scaled_blocks.findings(replace(case, now=case.now / 1000, before=case.before / 1000)))


def test_a_thousandfold_block_comes_after_one_that_is_too_short() -> None:
    old = [1001.0 + 37 * year for year in range(16)]
    now = [*(value * 10 for value in old[:7]), *(value * 1000 for value in old[7:])]
    (found,) = reasons(scaled_blocks.findings(laid_out({("receipts", "USA"): now}, {("receipts", "USA"): old}, PLAIN)))
    assert found.sentence.startswith("9 figures of 2016 to 2024 are exactly 1,000 times")


def test_areas_without_countries_are_compared_with_nothing() -> None:
    case = laid_out({("receipts", "W00"): OLD}, {("receipts", "W00"): OLD}, PLAIN)
    assert not list(equal_series.findings(case))
    assert not list(growth.findings(case))


# Coverage of a measure that one economy alone has

LONG: list[float | None] = [1000.0 + 37 * year for year in range(22)]


@pytest.mark.parametrize(
    ("now", "sentences"),
    [
        (
            [*LONG[:-1], None],
            [
                "receipts: the newest year is 2023; 2024 was there before and is missing.",
                "receipts: 1 of 22 values are gone: United States 2024.",
            ],
        ),
        ([*LONG[:3], None, None, *LONG[5:]], ["receipts: 2 of 22 values are gone: United States 2006-2007."]),
        ([None] * 22, ["No figure of receipts is left."]),
        (LONG, []),
    ],
    ids=["newest year", "two old years", "all", "none"],
)
def test_what_is_gone_is_named(now: list[float | None], sentences: list[str]) -> None:
    case = laid_out({("receipts", "USA"): now}, {("receipts", "USA"): LONG}, PLAIN)
    assert [one.sentence for one in reasons(coverage.findings(case))] == sentences


def test_an_edition_that_repeats_nothing_lacks_nothing() -> None:
    now: Matrix = {("receipts", "USA"): [*LONG[:-1], None]}
    assert not list(coverage.findings(laid_out(now, {("receipts", "USA"): LONG}, EDITION)))


@pytest.mark.parametrize(("years", "found"), [(19, 0), (20, 2)])
def test_nineteen_figures_are_too_few_to_judge_coverage(years: int, found: int) -> None:
    now: Matrix = {("receipts", "USA"): [*LONG[: years - 1], None]}
    assert len(list(coverage.findings(laid_out(now, {("receipts", "USA"): LONG[:years]}, PLAIN)))) == found


# Dates and whole vintages that repeat


def dated(now: list[float | None], before: list[float | None], newest: int) -> list[tuple[bool, str]]:
    """What is found of a vintage of 1 January 2026 after one of July 2025."""
    case = laid_out({("receipts", "USA"): now}, {("receipts", "USA"): before}, PLAIN, newest=newest)
    return [(one.holds, one.sentence) for one in reasons(dates.findings(case))]


def test_a_year_that_is_not_over_is_a_remark_in_a_first_vintage() -> None:
    early = "receipts: 2026 has figures, but was not over on 2026-01-01; years may be shifted."
    none: list[float | None] = [None] * 3
    assert dated([1.0, 2.0, 3.0], none, 2025) == []
    assert dated([1.0, 2.0, 3.0], none, 2026) == [(False, early)]
    assert dated([1.0, 2.0, 3.0], none, 2027) == [(True, early.replace("2026 has", "2027 has"))]
    assert dated([1.0, 2.0, 3.0], [1.0, None, None], 2026) == [(True, early)]
    assert dated([1.0, 2.0, 3.0], [1.0, 2.0, None], 2026) == []


def test_a_newest_year_that_falls_behind_is_a_remark() -> None:
    assert dated([1.0, None, None], [1.0, 2.0, None], 2026) == [
        (False, "receipts: the newest year is still 2024, later behind its vintage than it was before.")
    ]
    assert dated([1.0, 2.0, None], [1.0, 2.0, None], 2026) == []


@pytest.mark.parametrize(
    ("before", "now", "months", "due"),
    [
        (date(2025, 6, 1), date(2025, 8, 1), (7,), None),
        (date(2024, 1, 1), date(2025, 8, 1), (), None),
        (date(2024, 8, 1), date(2025, 12, 1), (7,), "July 2025"),
        (date(2024, 8, 1), date(2025, 7, 1), (7,), None),
    ],
    ids=["a month later", "no release is known", "a release was missed", "less than five quarters"],
)
def test_an_old_vintage_under_a_new_date_holds_where_a_release_was_missed(
    before: date, now: date, months: tuple[int, ...], due: str | None
) -> None:
    case = laid_out({("receipts", "USA"): OLD}, {("receipts", "USA"): OLD}, PLAIN)
    case.source.CARD = replace(SOURCE.CARD, release_months=months)
    given = replace(
        case,
        files=tuple(replace(one, vintage=now) for one in case.files),
        files_before=tuple(replace(one, vintage=before) for one in case.files_before),
    )
    found = reasons(exact_repeats.findings(given))
    ending = f", though a release was due in {due}." if due else "."
    assert [(one.holds, one.sentence, one.score) for one in found] == [
        (bool(due), f"Every figure is that of {before} under the new date {now}{ending}", 40.0 if due else 0.1)
    ]


# The share in question


def test_ratios_have_no_weight_and_are_counted() -> None:
    """One of four rates and three tenths of the receipts are in question: on average 0.275."""
    sizes = {"USA": 40.0, "JPN": 30.0, "DEU": 20.0, "GBR": 10.0}
    now: Matrix = {("rates", area): [1.0] * 3 for area in sizes}
    now |= {("receipts", area): [size] * 3 for area, size in sizes.items()}
    case = laid_out(now, now, replace(PLAIN, ratios=frozenset({"rates"})))
    reason = Reason(2, "growth", True, "", None, None, None, 1.0, "One.")
    shares = [verdict_of(case, [Finding(reason, of)]).share_in_question for of in ((0,), (5,), (0, 5), (), None)]
    assert shares == pytest.approx([0.25 / 2, 0.3 / 2, 0.275, 0.0, 1.0])


def test_matrices_are_as_they_are_written() -> None:
    case = laid_out(economies(), without_newest(economies()), PLAIN)
    assert case.years.tolist() == list(range(2013, 2025))
    assert np.isnan(case.before[:, -1]).all()
    assert set(case.series["area"]) <= set(AREAS)
