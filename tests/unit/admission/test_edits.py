"""Edits over few figures, each worked by hand: what is found, at which limit, and with which score."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from math import log, sqrt
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from orchestration.admission.areas import AGGREGATE, COUNTRY
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
    redundant_fields,
    revisions,
    scaled_blocks,
    shifted_years,
)
from orchestration.admission.finding import Finding
from orchestration.admission.judge import verdict_of
from orchestration.admission.members import totals_of
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
    (europe, *_) = of_aggregates(apart(*aggregated(FJI=1000.0, DEU=1.05)))
    assert (europe[0], europe[1]) == ("receipts/EUX", False)
    assert europe[3].endswith("most changed: FJI, Germany.")
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


@pytest.mark.parametrize(("area", "limit"), [("GBR", 0.02), ("USA", 0.004)])
def test_a_region_has_the_wider_limit_where_one_of_its_own_members_arrived(area: str, limit: float) -> None:
    """Half a percent of Europe is in nobody's figures; an economy has a figure of 2010 now, and had none."""
    now, right = aggregated()
    for one in (now, right):
        one["receipts", "EUX"] = [
            (value or 0) * (1.005 + 0.0001 * (place % 3)) for place, value in enumerate(one["receipts", "EUX"])
        ]
    right["receipts", area] = [None if place == 5 else value for place, value in enumerate(right["receipts", area])]
    case = apart(now, right)
    (europe,) = (one for one in totals_of(case) if case.label(one.row) == "receipts/EUX")
    assert [float(europe.limit[place]) for place in (4, 5, 6)] == [0.004, limit, 0.004]


def test_the_newest_world_is_compared_with_what_it_was_more_than_its_members_the_year_before() -> None:
    """The world is half a percent more than its members in every year, and two percent more in the newest."""
    now, right = aggregated()
    members = np.sum([right["receipts", area] for area in AREAS], axis=0)
    for one in (now, right):
        one["receipts", "W00"] = (1.005 * members).tolist()
    now["receipts", "W00"][-1] = 1.02 * members[-1]
    case = apart(now, right)
    (world,) = (one for one in totals_of(case) if case.label(one.row) == "receipts/W00")
    off = (0.02 * members[-1] - 0.005 * members[-2]) / max(1.02 * members[-1], 1.005 * members[-2])
    assert world.moved[-1] == pytest.approx(off)
    assert world.moved[:-1].tolist() == pytest.approx([0.0] * 19, abs=1e-9)


def test_an_aggregate_is_judged_where_its_members_are_nearly_all_of_it() -> None:
    """A region of which a tenth is in nobody's figures has members that are not known; the world's are all economies."""
    now, right = aggregated()
    for one in (now, right):
        for whole in ("EUX", "W00"):
            one["receipts", whole] = [1.1 * (value or 0) for value in one["receipts", whole]]
    case = apart(now, right)
    assert {case.label(one.row) for one in totals_of(case)} == {"receipts/OCX", "receipts/W00"}


def test_a_region_without_payments_leaves_the_others_to_be_judged() -> None:
    now, right = aggregated()
    for one in (now, right):
        one |= {("payments", area): list(one["receipts", area]) for area in (*AREAS, "W00")}
    case = apart(now, right)
    assert {case.label(one.row) for one in totals_of(case)} == {
        "receipts/EUX",
        "receipts/OCX",
        "receipts/W00",
        "payments/W00",
    }


def test_who_is_not_in_a_region_has_no_part_in_its_fault() -> None:
    """The United States are half as high again in the same year."""
    europe, world = of_aggregates(apart(*aggregated(DEU=2.0, USA=1.5)))
    assert europe[3].endswith("most changed: Germany.")
    assert world[3].endswith("most changed: United States, Germany.")


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


def test_two_figures_are_not_shifted_though_three_alone_are_known() -> None:
    case = laid_out({("receipts", "USA"): [777.0, *OLD[:2]]}, {("receipts", "USA"): OLD[:3]}, PLAIN)
    assert not list(shifted_years.findings(case))


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


def test_comparisons_are_of_two_publishers_that_are_known() -> None:
    sources = Path(other_publishers.__file__).parents[2] / "sources"
    found = other_publishers.comparisons()
    assert found
    for one in found:
        assert len({side.source for side in one.sides}) == 2
        assert all((sources / f"{side.source}.py").exists() for side in one.sides)


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
    few = dict.fromkeys(range(2012, 2020), 0.0)
    assert [one.year for one in beside(compared, {2024: 140.0}, none, few)] == [2024]


def test_fewer_than_three_years_in_common_are_no_comparison(compared: Publisher) -> None:
    theirs = dict.fromkeys(range(2012, 2021), 0.0)
    assert len(beside(compared, {2024: 140.0}, {}, theirs)) == 1
    assert beside(compared, {2024: 140.0}, {}, theirs | {2021: 0.0}) == []


def test_three_years_in_common_before_are_a_comparison_by_themselves(compared: Publisher) -> None:
    """What was apart in none of them is news in one, though three years with it would be wide apart."""
    theirs = dict.fromkeys(set(YEARS) - {2019, 2020, 2021}, 0.0)
    assert [one.year for one in beside(compared, {2020: 150.0}, {}, theirs)] == [2020]
    assert beside(compared, {2020: 150.0}, {}, theirs | {2019: 0.0, 2021: 0.0}) == []


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
    assert found.sentence.endswith(
        (": Japan, receipts, FRA, receipts, or the whole.", ": Japan, receipts, Germany, receipts, or the whole.")
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


def test_a_part_that_had_no_figure_before_is_not_the_furthest_from_the_others() -> None:
    (found,) = listed(parts_of_the_world(JPN=1.1) | {("receipts", "KOR"): [0.0] * 9 + [5.0]})
    assert "furthest from the others: Japan, receipts, " in found.sentence


def test_few_years_have_the_fixed_limit() -> None:
    """Three past steps are fewer than five: 1.2 %, not a thousandth. France 8 % too high is 1.33 % of the parts, 6 % is 1 %."""
    assert len(listed({key: values[-5:] for key, values in parts_of_the_world(FRA=1.08).items()})) == 1
    assert listed({key: values[-5:] for key, values in parts_of_the_world(FRA=1.06).items()}) == []


def test_a_step_over_missing_years_counts_by_the_root_of_their_number() -> None:
    """The whole lacks the year before: over two years the parts are 5 % too high, by root two; over five nothing is said."""
    now = parts_of_the_world(JPN=1.1)

    def after(years: int) -> list[Reason]:
        missing = [None] * (years - 1)
        return listed(
            {
                key: [*values[: 10 - years], *missing, values[9]] if key[1] == "W00" else values
                for key, values in now.items()
            }
        )

    for years in (2, 4):
        (found,) = after(years)
        assert f"{log(1.05) / sqrt(years) / 0.001:.1f} times the limit" in found.sentence
    assert after(5) == []


def test_a_whole_of_zero_is_no_year_to_grow_from() -> None:
    now = parts_of_the_world()
    assert listed(now | {("receipts", "W00"): [*now["receipts", "W00"][:8], 0.0, now["receipts", "W00"][9]]}) == []
    assert listed(now | {("receipts", "W00"): [*now["receipts", "W00"][:9], 0.0]}) == []


def test_a_part_that_begins_or_ends_at_zero_has_not_grown() -> None:
    now = parts_of_the_world()
    assert listed(now | {("receipts", "KOR"): [0.0] * 9 + [5.0]}) == []
    assert listed(now | {("receipts", "KOR"): [10.0 * 1.05**year for year in range(9)] + [0.0]}) == []


def with_partners(area: str, factor: float, age: int = 0) -> Matrix:
    """Receipts of an economy from the world and from three partners; one of them is wrong by a factor in a year of some age."""
    found: Matrix = {}
    for (_, partner), values in parts_of_the_world().items():
        wrong = factor if partner == "JPN" else 1.0
        found["receipts", area, partner, "_T"] = [
            value * wrong if place == 9 - age else value for place, value in enumerate(values)
        ]
    return found


def test_an_economys_partners_are_parts_of_its_own_trade() -> None:
    now = with_partners("USA", 1.1) | with_partners("KOR", 1.0)
    (found,) = listed(now)
    assert found.series == "receipts/USA"
    assert "furthest from the others: United States with Japan, receipts" in found.sentence


@pytest.mark.parametrize(("age", "years"), [(0, [2024]), (2, [2022]), (3, [])])
def test_parts_of_the_newest_three_years_are_judged(age: int, years: list[int]) -> None:
    now = with_partners("USA", 1.1, age)
    case = laid_out(now, with_partners("USA", 1.0), PLAIN)
    assert [one.year for one in reasons(listed_parts.findings(case))] == years


@pytest.mark.parametrize(("age", "years"), [(0, [2024]), (1, [])])
def test_of_a_first_vintage_the_parts_of_the_newest_year_are_judged(age: int, years: list[int]) -> None:
    case = laid_out(with_partners("USA", 1.1, age), {}, PLAIN)
    first = replace(case, fresh=np.full(4, True), files_before=())
    assert [one.year for one in reasons(listed_parts.findings(first))] == years


def test_of_declared_parts_two_are_enough() -> None:
    how = replace(PLAIN, balances=(Balance("item", "S", ("SA", "SB"), steady=True),))
    sizes = {"S": 100.0, "SA": 30.0, "SB": 20.0}
    now = {item(name): [size * 1.05**year for year in range(10)] for name, size in sizes.items()}
    assert listed(now, how) == []
    wrong = {**now, item("SA"): [*now[item("SA")][:-1], 30 * 1.05**9 * 1.01]}
    assert [one.series for one in listed(wrong, how)] == ["receipts/USA/S"]
    assert listed(wrong, sum_of_items()) == []


def test_an_old_vintage_before_judges_no_listed_parts() -> None:
    """One of payments judges none of these, and those of receipts all the same."""
    now = parts_of_the_world(JPN=1.1)
    both: Matrix = {("payments", area): values for (_, area), values in now.items()} | now
    case = laid_out(both, without_newest(both), PLAIN)
    old = tuple(
        replace(one, vintage=NOW - timedelta(days=500)) if one.resource == "payments" else one
        for one in case.files_before
    )
    assert [one.series for one in reasons(listed_parts.findings(replace(case, files_before=old)))] == ["receipts/W00"]


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


def grown_after(days: int, now: Matrix) -> list[Reason]:
    case = laid_out(now, without_newest(now), PLAIN)
    earlier = tuple(replace(one, vintage=NOW - timedelta(days=days)) for one in case.files_before)
    return reasons(growth.findings(replace(case, files_before=earlier)))


def test_after_three_years_growth_may_be_wider() -> None:
    """By the root of 1,095 days over 0.6 years, 2.24: 0.34 beside the others, 0.45 by the own past."""
    assert grown_after(1095, economies(DEU=1.3)) == []
    assert [one.series for one in grown_after(1095, economies(DEU=1.55))] == ["receipts/DEU"]


def test_few_economies_are_judged_beside_a_measure_of_many() -> None:
    many: Matrix = {("payments", area): values for (_, area), values in by_area(list(AREAS)).items()}
    assert [one.series for one in grown(many | economies(DEU=1.3))] == ["receipts/DEU"]
    assert grown(many | economies()) == []


def by_area(areas: list[str]) -> Matrix:
    """Figures of twelve years that grow by 5 % in each of some economies."""
    return {
        ("receipts", area): [1e9 * 1.05**year * (1 + place / 7) for year in range(12)]
        for place, area in enumerate(areas)
    }


@pytest.mark.parametrize(("size", "count"), [(20.0, 1), (2.0, 0)])
def test_the_largest_are_judged_by_what_the_largest_usually_do(size: float, count: int) -> None:
    """Four economies of a sixth each are calm, six of a fiftieth wild; Germany grows by half, and is one of either."""
    now: Matrix = {("receipts", area): [20.0] * 13 for area in ("USA", "JPN", "GBR", "CHN")}
    for area in ("FRA", "KOR", "CAN", "BRA", "ZAF", "MUS"):
        now["receipts", area] = [
            *(2.0 * float(np.exp(0.3 * (year % 2))) for year in range(12)),
            2.0 * float(np.exp(0.3)),
        ]
    now["receipts", "DEU"] = [*[size] * 12, size * float(np.exp(0.4))]
    assert [one.series for one in grown(now)] == ["receipts/DEU"] * count


def test_what_always_grows_faster_than_the_others_may_do_so_again() -> None:
    """Germany by a fifth beyond the others in every year but one."""
    now = economies()
    german, level = [], 1e9
    for year in range(12):
        german.append(level)
        level *= 1.05 if year == 5 else 1.05 * 1.2
    assert grown(now | {("receipts", "DEU"): german}) == []


@pytest.mark.parametrize(
    ("years", "factor", "count"), [(4, 1.72, 0), (4, 1.74, 1), (3, 2.84, 0), (3, 2.87, 1), (1, 2.70, 0), (1, 2.74, 1)]
)
def test_growth_is_judged_by_the_own_past_and_twice_as_widely_by_a_short_one(
    years: int, factor: float, count: int
) -> None:
    """Half an order of e from growth of 5 %, from two steps a whole one; from none the distance from no growth at all."""
    past = [1e9 * 1.05**year for year in range(years)]
    assert len(grown({("receipts", "USA"): [*past, past[-1] * factor]})) == count


@pytest.mark.parametrize(("step", "count"), [(0.22, 0), (0.26, 1)])
def test_a_calm_series_is_judged_by_what_others_of_its_measure_usually_do(step: float, count: int) -> None:
    """The others go up and down by 0.06, so that they lie up to 0.12 from their median: twice that is 0.24."""
    waves: Matrix = {
        ("receipts", area): [1e9 * float(np.exp(0.03 * (-1) ** year)) for year in range(13)]
        for area in ("USA", "JPN", "GBR", "CHN")
    }
    found = grown(waves | {("receipts", "DEU"): [*[1e9] * 12, 1e9 * float(np.exp(step))]})
    assert [one.series for one in found] == ["receipts/DEU"] * count
    for one in found:
        assert "; 1.1 times the limit" in one.sentence


@pytest.mark.parametrize(
    ("size", "factor", "holds"), [(0.1, 1.8, False), (0.1, 20.0, True), (5.0, 1.8, False), (6.0, 1.8, True)]
)
def test_a_small_figure_of_a_major_economy_holds_where_it_is_grossly_wrong(
    size: float, factor: float, holds: bool
) -> None:
    """Of a total of a thousand 0.4 % counts, or three and a half limits."""
    past: Matrix = {("receipts", "USA"): [1000.0] * 6, ("receipts", "BRA"): [size] * 6}
    (found,) = grown(
        {key: [*values, (values[-1] or 0) * (factor if key[1] == "BRA" else 1.0)] for key, values in past.items()}
    )
    assert (found.series, found.holds) == ("receipts/BRA", holds)


@pytest.mark.parametrize(("wild", "newest", "count"), [(1, 0.21, 1), (2, 0.21, 0), (2, 0.23, 1)])
def test_what_went_apart_from_the_others_may_do_so_again(wild: int, newest: float, count: int) -> None:
    """Germany by 0.1 up and down beside the others: two such steps of ten make 2.2 times that the limit."""
    now = economies()
    steps = [0.1 * (-1) ** year if year < wild else 0.0 for year in range(10)]
    path = np.exp(np.cumsum([0.0, *steps, newest])) * 1.05 ** np.arange(12)
    assert len(grown(now | {("receipts", "DEU"): (1e9 * path).tolist()})) == count


@pytest.mark.parametrize(("years", "count"), [(6, 0), (7, 1)])
def test_five_earlier_years_beside_the_others_are_needed(years: int, count: int) -> None:
    """ln(1.26 / 1.05) = 0.18 is within the limit of the own past, and beyond that beside the others."""
    assert len(grown({key: values[-years:] for key, values in economies(DEU=1.26).items()})) == count


def test_a_year_in_which_all_grow_is_no_fault_of_one() -> None:
    assert grown(economies(USA=1.25, JPN=1.25, DEU=1.25, GBR=1.25, CHN=1.25)) == []


def test_three_economies_have_no_median_to_be_beyond() -> None:
    """Beside others they would be 1.2 limits off; four are needed for a median that one does not make."""
    few = {key: values for key, values in economies(DEU=1.26).items() if key[1] in ("USA", "JPN", "DEU")}
    assert grown(few) == []
    assert len(grown({key: values for key, values in economies(DEU=1.26).items() if key[1] != "CHN"})) == 1


@pytest.mark.parametrize(("count", "beyond", "limits"), [(7, 0.3, "2.0"), (8, 0.3, None), (8, 0.4, "1.2")])
def test_from_eight_economies_on_the_others_of_the_year_widen_the_limit(
    count: int, beyond: float, limits: str | None
) -> None:
    """0.3 beyond the 5 % of all: twice the 0.15 beside six others; beside seven e^0.3 - 1 is below e^0.35 - 1, e^0.4 - 1 above."""
    now = by_area(list(AREAS)[:count])
    german = now["receipts", "DEU"]
    german[-1] *= float(np.exp(beyond))
    found = grown(now)
    assert [one.series for one in found] == (["receipts/DEU"] if limits else [])
    for one in found:
        assert f"; {limits} times the limit" in one.sentence


@pytest.mark.parametrize(("earlier", "count"), [(0, 0), (1, 1)])
def test_fifteen_steps_back_a_series_is_judged_by_its_past(earlier: int, count: int) -> None:
    """Doubled, halved and doubled again: three such steps of fifteen make another doubling usual, two do not."""
    past = [*[100.0] * (4 - earlier), 200.0, 100.0, *[200.0] * (13 + earlier)]
    assert len(grown({("receipts", "USA"): [*past, 400.0]})) == count


@pytest.mark.parametrize(("name", "count"), [("calm", 1), ("wild", 0), ("rare", 0)])
def test_items_are_judged_by_their_own_past_and_by_the_measure_where_they_are_few(name: str, count: int) -> None:
    """A fifth is the least limit of what is calm, half an order of e that of what is wild: 0.3 is between them."""
    waves = {"calm": 0.0, "wild": 0.3}
    now: Matrix = {
        ("receipts", area, "W00", item): [1e9 * float(np.exp(waves[item] * (year % 2))) for year in range(13)]
        for area in ("USA", "JPN", "GBR", "CHN")
        for item in waves
    }
    now["receipts", "DEU", "W00", name] = [*[1e9] * 12, 1e9 * float(np.exp(0.3))]
    assert [one.series for one in grown(now)] == [f"receipts/DEU/{name}"] * count


def test_two_economies_of_an_edition_with_one_figure() -> None:
    """A press release that gives two economies the same figure: one figure is enough to ask."""
    now: Matrix = {
        ("receipts", "USA"): [None, 70.123],
        ("receipts", "JPN"): [None, 70.123],
        ("receipts", "DEU"): [None, 9.123],
    }
    (found,) = reasons(equal_series.findings(laid_out(now, {}, EDITION)))
    assert found.sentence in (
        "United States, receipts: 1 figures are also those of Japan.",
        "Japan, receipts: 1 figures are also those of United States.",
    )
    assert found.holds
    assert not list(equal_series.findings(laid_out(now, {}, PLAIN)))


def long_series(level: float, years: int = 8) -> list[float]:
    """Figures with many digits that grow by about 3 %."""
    return [round(level * 1.03**year * (1 + 0.001 * (year * 7 % 5)), 3) for year in range(years)]


@pytest.mark.parametrize(
    ("now", "before", "is_found"), [(4, 0, 0), (5, 0, 1), (5, 2, 1), (6, 3, 0), (8, 3, 1), (8, 4, 0)]
)
def test_two_series_are_equal_in_five_years_and_twice_as_many_as_before(now: int, before: int, is_found: int) -> None:
    usa, japan = long_series(1000.137), long_series(1800.731)

    def like(years: int) -> list[float | None]:
        return [*japan[: 8 - years], *usa[8 - years :]]

    case = laid_out(
        {("receipts", "USA"): usa, ("receipts", "JPN"): like(now)},
        {("receipts", "USA"): usa, ("receipts", "JPN"): like(before)},
        PLAIN,
    )
    found = [one for one in reasons(equal_series.findings(case)) if "figures are also those of" in one.sentence]
    assert [(one.holds, one.level) for one in found] == [(True, 2)] * is_found
    for one in found:
        assert one.score == pytest.approx(5 * case.impact.max())
        assert f": {now} figures are also those of " in one.sentence


@pytest.mark.parametrize(("how", "years", "holds"), [(PLAIN, 8, True), (EDITION, 1, False)])
def test_two_equal_islands_hold_unless_an_edition_gives_one_figure_of_each(
    how: Observations, years: int, holds: bool
) -> None:
    now: Matrix = {
        ("receipts", area): [None] * (8 - years) + long_series(size)[8 - years :]
        for area, size in (("USA", 1e9 + 0.137), ("MUS", 1000.137), ("FJI", 1000.137))
    }
    assert [one.holds for one in reasons(equal_series.findings(laid_out(now, {}, how)))] == [holds]


def test_two_series_are_equal_though_one_of_them_ends_earlier() -> None:
    now: Matrix = {("receipts", area): list(long_series(1000.137)) for area in ("USA", "JPN")}
    now["receipts", "JPN"][-1] = None
    (found,) = reasons(equal_series.findings(laid_out(now, {}, PLAIN)))
    assert ": 7 figures are also those of " in found.sentence


def test_a_region_of_one_economy_has_its_figures() -> None:
    now: Matrix = {("receipts", area): long_series(1000.137) for area in ("USA", "R0", "W00")}
    now["receipts", "JPN"] = long_series(1800.731)
    assert not list(equal_series.findings(laid_out(now, {}, PLAIN, kinds=KINDS)))


def test_two_partners_with_the_same_figures_are_named() -> None:
    now: Matrix = {("receipts", "USA", to, "S"): long_series(1000.137) for to in ("JPN", "DEU")}
    (found,) = reasons(equal_series.findings(laid_out(now, {}, PLAIN)))
    assert found.sentence in (
        "United States with Japan, receipts, S: 8 figures are also those of Germany.",
        "United States with Germany, receipts, S: 8 figures are also those of Japan.",
    )


def nearer(factor: float, *areas: str, years: int = 8, how: Observations = PLAIN, **beside: float) -> list[Reason]:
    """What is found where the second economy, half as large again, has the figures of the first, times a factor."""
    first, second = areas
    before: Matrix = {("receipts", first): long_series(1000.0), ("receipts", second): long_series(1500.0)}
    before |= {("receipts", area): long_series(size) for area, size in beside.items()}
    now = before | {("receipts", second): [(one or 0) * factor for one in before["receipts", first]]}
    cut = {key: [None] * (8 - years) + values[8 - years :] for key, values in before.items()}
    found = reasons(equal_series.findings(laid_out(now, cut, how)))
    return [one for one in found if "codes may be exchanged" in one.sentence]


RATIO = replace(PLAIN, ratios=frozenset({"receipts"}))


@pytest.mark.parametrize(
    ("factor", "areas", "given", "holds"),
    [
        (1.0, ("USA", "JPN"), {}, [True]),
        (1.11, ("USA", "JPN"), {}, [True]),
        (1.12, ("USA", "JPN"), {}, []),
        (1.0, ("USA", "JPN"), {"years": 3}, [True]),
        (1.0, ("USA", "JPN"), {"years": 2}, []),
        (1.0, ("USA", "JPN"), {"how": RATIO}, [True]),
        (1.1, ("USA", "JPN"), {"how": RATIO}, []),
        (1.1, ("MUS", "FJI"), {"USA": 9e6}, [False]),
        (1.0, ("MUS", "FJI"), {"USA": 9e6}, [True]),
        (1.1, ("MUS", "JPN"), {"USA": 9e6}, [True]),
    ],
)
def test_figures_follow_another_s_history_where_they_lie_much_nearer_to_it(
    factor: float, areas: tuple[str, str], given: dict[str, Any], holds: list[bool]
) -> None:
    """ln 1.11 is less than 0.36 times ln (1.5 / 1.11), ln 1.12 more than that of 1.12; exact figures of islands hold, too."""
    found = nearer(factor, *areas, **given)
    assert [one.holds for one in found] == holds
    for one in found:
        assert one.sentence.endswith(" had before, not their own history; codes may be exchanged.")


@pytest.mark.parametrize(("apart", "count"), [(1.019, 0), (1.021, 1)])
def test_figures_within_two_percent_of_their_own_history_follow_it(apart: float, count: int) -> None:
    before: Matrix = {
        ("receipts", area): [size * one for one in long_series(1000.0)] for area, size in (("USA", 1.0), ("JPN", apart))
    }
    case = laid_out(before | {("receipts", "JPN"): before["receipts", "USA"]}, before, PLAIN)
    found = [one for one in reasons(equal_series.findings(case)) if "codes may be exchanged" in one.sentence]
    assert [one.series for one in found] == ["receipts/JPN"] * count


def test_the_score_of_figures_that_follow_another_s_history_is_five_times_the_impact() -> None:
    """Japan is three fifths of both."""
    assert [one.score for one in nearer(1.0, "USA", "JPN")] == pytest.approx([5 * 60.0], rel=1e-3)


def exchanged(
    usa: float,
    japan: float,
    *,
    past: float = 1.3,
    noise: float = 0.0,
    zeros: int = 0,
    years: int = 9,
    **beside: float,
) -> list[Reason]:
    """What is found in the newest year of the United States at 100 and Japan at ``past`` times that, every year before alike.

    The last figures of Japan before are so many ``zeros``; the series have so many ``years``.
    """
    wave = [*(1 + noise * (-1) ** year for year in range(8 - zeros)), *[0.0] * zeros]
    now: Matrix = {
        ("receipts", "USA"): [*[100.0] * 8, usa],
        ("receipts", "JPN"): [*(100 * past * one for one in wave), japan],
    }
    now |= {("receipts", area): [size] * 9 for area, size in beside.items()}
    now = {key: values[-years:] for key, values in now.items()}
    found = reasons(equal_series.findings(laid_out(now, without_newest(now), PLAIN)))
    return [one for one in found if "the other way round" in one.sentence]


def test_two_newest_figures_that_fit_better_the_other_way_round() -> None:
    """Steps of ln 1.3 over the least spread of 0.03 up and down, none where they are exchanged."""
    (found,) = exchanged(130.0, 100.0)
    assert (found.holds, found.year, found.now, found.before) == (True, 2024, 130.0, None)
    assert found.score == pytest.approx(3 * 100 * 130 / 230)
    assert found.sentence == (
        "United States, receipts, 2024: the figure fits Japan and the other way round; the two may be exchanged."
    )
    assert exchanged(100.0, 130.0) == []


@pytest.mark.parametrize(
    ("past", "usa", "japan", "is_found"),
    [(1.04, 104.0, 100.0, 1), (1.029, 102.9, 100.0, 0), (1.3, 130.0, 130.0, 0), (1.3, 125.0, 104.0, 1), (1.3, 118.0, 110.0, 0)],
)  # fmt: skip
def test_an_exchange_is_unusual_on_both_sides_and_explained_for_the_most_part(
    past: float, usa: float, japan: float, is_found: int
) -> None:
    """Each step is larger than its spread; 0.36 of the distance at most is left after the exchange."""
    assert len(exchanged(usa, japan, past=past)) == is_found


def test_among_many_an_exchange_must_be_the_likelier() -> None:
    """Twice ln 1.04 over 0.03 is 2.6: above one and the logarithm of two economies, below that of eight; twice ln 1.05 is above."""
    six: dict[str, Any] = dict(
        zip(("DEU", "GBR", "FRA", "CHN", "KOR", "CAN"), (210.0, 220.0, 230.0, 240.0, 250.0, 260.0), strict=True)
    )
    assert len(exchanged(104.0, 100.0, past=1.04)) == 1
    assert exchanged(104.0, 100.0, past=1.04, **six) == []
    assert len(exchanged(105.0, 100.0, past=1.05, **six)) == 1


@pytest.mark.parametrize(("years", "count"), [(4, 0), (5, 1)])
def test_three_earlier_steps_are_enough_to_see_an_exchange(years: int, count: int) -> None:
    assert len(exchanged(130.0, 100.0, years=years)) == count


def test_what_goes_up_and_down_every_year_is_not_exchanged() -> None:
    assert exchanged(130.0, 100.0, noise=0.2) == []


@pytest.mark.parametrize(("zeros", "count"), [(1, 1), (3, 1), (4, 0)])
def test_an_exchange_is_seen_over_up_to_four_years(zeros: int, count: int) -> None:
    """The step of Japan is then one from the figure before the zeros."""
    assert len(exchanged(130.0, 100.0, zeros=zeros)) == count


def test_an_exchange_in_a_first_vintage_is_a_remark() -> None:
    now: Matrix = {("receipts", "USA"): [*[100.0] * 8, 130.0], ("receipts", "JPN"): [*[130.0] * 8, 100.0]}
    case = laid_out(now, {}, PLAIN)
    found = reasons(equal_series.findings(replace(case, fresh=np.full(2, True), files_before=())))
    assert [(one.year, one.holds) for one in found] == [(2024, False)]


def test_an_exchange_that_moves_a_thousandth_of_the_total_or_less_is_a_remark() -> None:
    assert [one.holds for one in exchanged(130.0, 100.0, DEU=29_000.0)] == [True]
    assert [one.holds for one in exchanged(130.0, 100.0, DEU=31_000.0)] == [False]


# Exact repeats


@pytest.mark.parametrize(
    ("value", "digits"),
    [(1234.0, 4), (1230.0, 3), (-1234.0, 4), (12_340.0, 4), (0.01234, 4), (10.0, 1), (12.0, 2), (12_345.0, 5)],
)
def test_a_figure_is_long_by_its_digits_before_trailing_zeros(value: float, digits: int) -> None:
    found = [bool(exact_repeats.long_enough(np.array([value]), number)[0]) for number in range(2, 7)]
    assert found == [number <= digits for number in range(2, 7)]
    assert not exact_repeats.long_enough(np.array([0.0, NAN]), 2).any()


@pytest.mark.parametrize(
    ("values", "unit"),
    [([1560e6, 2000e6], 1e7), ([541.0, 230.0], 1.0), ([0.5, 0.25], 0.01), ([300.0, NAN, 0.0], 100.0), ([0.1 + 0.2, 0.6], 0.1),
     ([5e12], 1e12), ([3e-12], 1e-12)],
)  # fmt: skip
def test_the_unit_of_a_series_is_the_last_digit_it_is_stated_in(values: list[float], unit: float) -> None:
    assert exact_repeats._unit(np.array([values])).tolist() == pytest.approx([unit])


def test_the_chance_of_a_repeat_is_that_of_one_figure_among_those_it_could_be() -> None:
    """541 that usually moves by a tenth is as likely any of twice 54 others."""
    case = laid_out({("receipts", "USA"): [541.0 * 1.1**year for year in range(4)]}, {}, PLAIN)
    found = exact_repeats._chance(replace(case, now=np.round(case.now), before=np.round(case.now)))
    assert found[0, 0] == pytest.approx(1 / (2 * log(1.1) * 541), rel=0.01)


def copied(newest: int, *, earlier: int = 0, short: bool = False) -> list[Finding]:
    """What is found of ten economies of which so many repeat the year before in the newest year, and in an earlier one.

    The first rows are of another measure, in which nothing repeats.
    """
    now: Matrix = {
        ("payments", area): [round(size / 1.7e7 * 1.031**year, 3) for year in range(9)]
        for area, (size, _) in list(AREAS.items())[2:]
    }
    for place, area in enumerate(list(AREAS)[2:]):
        values = [round((1 + place / 9) * 1234.567 * (1.2 if short else 1.031) ** year, 3) for year in range(9)]
        values = [float(f"{one:.1e}") if short else one for one in values]
        values[4] = values[3] if place < earlier else values[4]
        values[8] = values[7] if place < newest else values[8]
        now["receipts", area] = [None, *values[1:]] if place == 9 and not short else values
    case = laid_out(now, without_newest(now), PLAIN)
    return [one for one in exact_repeats.findings(case) if "the year is a copy" in one.reason.sentence]


@pytest.mark.parametrize(
    ("newest", "earlier", "is_found"), [(2, 0, 0), (3, 0, 1), (3, 2, 0), (4, 2, 0), (5, 2, 1), (10, 0, 1)]
)
def test_a_year_is_a_copy_where_three_repeat_a_fifth_and_twice_what_is_usual(
    newest: int, earlier: int, is_found: int
) -> None:
    found = copied(newest, earlier=earlier)
    assert [one.series for one in found] == [tuple(range(10, 10 + newest))] * is_found
    for one in found:
        assert (one.reason.holds, one.reason.year, one.reason.score) == (True, 2024, 50 * newest / 10)
        assert one.reason.sentence == (
            f"receipts: {newest} of 10 figures of 2024 are exactly those of 2023; the year is a copy."
        )


@pytest.mark.parametrize(("newest", "is_found"), [(8, 0), (9, 1), (10, 1)])
def test_a_year_of_short_figures_is_a_copy_where_more_than_four_fifths_repeat(newest: int, is_found: int) -> None:
    """Two digits repeat by chance, so that fewer say nothing."""
    found = copied(newest, short=True)
    assert [one.series for one in found] == [tuple(range(10, 10 + newest))] * is_found


def repeated(
    now: list[float | None], before: list[float | None], how: Observations = PLAIN
) -> list[tuple[int | None, bool]]:
    found = exact_repeats.findings(laid_out({("receipts", "USA"): now}, {("receipts", "USA"): before}, how))
    return [(one.reason.year, one.reason.holds) for one in found if "is exactly the figure of" in one.reason.sentence]


USUAL: list[float | None] = [1034.5, 1078.1, 1131.7, 1170.3, 1222.9, 1290.7, 1341.3, 1402.1]


@pytest.mark.parametrize(
    ("now", "before", "found"),
    [
        ([*USUAL, USUAL[-1]], [*USUAL, None], [(2024, True)]),
        ([*USUAL, 1460.9], [*USUAL, None], []),
        ([*USUAL[:6], USUAL[5], 1402.1, 1460.9], [*USUAL, 1460.9], [(2022, True)]),
        ([*USUAL[:5], USUAL[4], 1341.3, 1402.1, 1460.9], [*USUAL, 1460.9], []),
        ([*USUAL[:7], 1341.3, 1341.3], [*USUAL[:7], 1341.3, None], [(2024, False)]),
        ([*USUAL[:7], 1500.3, 1500.3], [*USUAL[:7], 1402.1, None], []),
        ([1030.0, 1080.0, 1130.0, 1170.0, 1220.0, 1220.0], [1030.0, 1080.0, 1130.0, 1170.0, 1220.0, None], []),
        ([4213.0, 4671.0, 5028.0, 5400.0, 5400.0], [4213.0, 4671.0, 5028.0, 5400.0, None], [(2024, True)]),
        ([4213.0, 4671.0, 5028.0, 5000.0, 5000.0], [4213.0, 4671.0, 5028.0, 5000.0, None], []),
    ],
    ids=["newest", "another figure", "two years old", "three years old", "as in a year before", "a changed year before", "tens",
         "hundreds among ones", "thousands among ones"],
)  # fmt: skip
def test_one_figure_that_repeats_the_year_before(
    now: list[float | None], before: list[float | None], found: list[tuple[int, bool]]
) -> None:
    """A figure of two years at most, of many digits, after a year that stays as it was; it holds where that never happened before."""
    assert repeated(now, before) == found


def test_a_figure_of_an_edition_repeats_the_year_before_though_that_was_revised() -> None:
    """Editions repeat nothing, so that the year before is compared as the new edition has it."""
    now: list[float | None] = [*USUAL[:7], 1500.3, 1500.3]
    assert repeated(now, [*USUAL[:7], 1402.1, None], EDITION) == [(2024, True)]


def test_of_a_first_vintage_the_newest_year_alone_may_repeat_the_one_before() -> None:
    for values, found in (([*USUAL, USUAL[-1]], [2024]), ([*USUAL[:7], USUAL[6], 1460.9], [])):
        case = laid_out({("receipts", "USA"): values}, {}, PLAIN)
        first = exact_repeats.findings(replace(case, fresh=np.full(1, True), files_before=()))
        assert [one.reason.year for one in first] == found


def test_an_island_that_repeats_the_year_before_is_not_named() -> None:
    now: Matrix = {("receipts", area): [*USUAL, USUAL[-1]] for area in ("FJI", "MUS")}
    now["receipts", "USA"] = [1e9 * (one or 0) for one in [*USUAL, 1460.9]]
    assert not list(exact_repeats.findings(laid_out(now, without_newest(now), PLAIN)))


# Growth over the year before


@pytest.mark.parametrize(
    ("now", "before", "steps"),
    [
        ([1.0, 2.0, 4.0], [NAN] * 3, [NAN, log(2), log(2)]),
        ([1.0, 2.0, 4.0], [1.6, 2.0, 4.0], [NAN, log(2 / 1.6), log(2)]),
        ([1.6, 2.0], [1.0, 2.0], [NAN, log(2 / 1.6)]),
        ([4.0, 2.0], [3.0, NAN], [NAN, log(2 / 3)]),
        ([1.0, NAN, 4.0], [NAN] * 3, [NAN, NAN, log(4) / sqrt(2)]),
        ([1.0, NAN, NAN, NAN, 16.0], [NAN] * 5, [NAN] * 4 + [log(16) / 2]),
        ([1.0, NAN, NAN, NAN, NAN, 16.0], [NAN] * 6, [NAN] * 6),
        ([1.0, 0.0, -3.0, 2.0], [NAN] * 4, [NAN, NAN, NAN, log(2) / sqrt(3)]),
        ([5.0], [4.0], [NAN]),
    ],
)
def test_growth_is_the_smaller_step_over_up_to_four_years(
    now: list[float], before: list[float], steps: list[float]
) -> None:
    found = growth.growth(np.array([now]), np.array([before]))
    assert found[0].tolist() == pytest.approx(steps, nan_ok=True)


@pytest.mark.parametrize(("newest", "holds"), [(0.0, [True]), (-5.0, [True]), (1063.0, [])])
def test_zero_or_less_is_no_growth_of_a_series_that_was_always_positive(newest: float, holds: list[bool]) -> None:
    past = long_series(1000.0)
    (*found,) = grown({("receipts", "USA"): [*past, newest if newest <= 0 else past[-1] * 1.03]})
    assert [one.holds for one in found] == holds
    for one in found:
        assert "is zero or negative; 10.0 times the limit" in one.sentence
        assert (one.before, one.score) == (past[-1], 1000.0)


def test_a_series_that_was_always_positive_may_not_turn_where_others_of_its_measure_do() -> None:
    found = grown({("net", "USA"): [*long_series(1000.0), -5.0], ("net", "JPN"): [*[300.0, -200.0] * 4, None]})
    assert [(one.series, one.now) for one in found] == [("net/USA", -5.0)]


def test_two_positive_figures_do_not_make_a_zero_impossible() -> None:
    assert grown({("receipts", "USA"): [1000.0, 1030.0, 0.0]}) == []
    assert len(grown({("receipts", "USA"): [1000.0, 1030.0, 1060.0, 0.0]})) == 1


def test_of_a_first_vintage_the_newest_year_alone_is_judged_and_four_times_as_widely() -> None:
    past = long_series(1000.0, 9)
    for newest, found in ((7.0, []), (8.5, [2024])):
        case = laid_out({("receipts", "USA"): [*past, past[-1] * newest]}, {}, PLAIN)
        first = replace(case, fresh=np.full(1, True), files_before=())
        assert [one.year for one in reasons(growth.findings(first))] == found
    old = laid_out({("receipts", "USA"): [*past[:4], past[4] * 20, *past[5:]]}, {}, PLAIN)
    assert not list(growth.findings(replace(old, fresh=np.full(1, True), files_before=())))


@pytest.mark.parametrize(("factor", "holds"), [(1.8, False), (5.7, False), (5.8, True)])
def test_a_rate_holds_where_it_is_grossly_wrong(factor: float, holds: bool) -> None:
    """It has no share of a total: three and a half times the limit, half an order of e, are a factor of 5.75."""
    now: Matrix = {("rate", "USA"): [*[5.0] * 6, 5.0 * factor]}
    (found,) = reasons(growth.findings(laid_out(now, without_newest(now), replace(PLAIN, ratios=frozenset({"rate"})))))
    assert found.holds is holds


@pytest.mark.parametrize(("below", "zeros", "count"), [(1, 0, 1), (4, 0, 4), (5, 0, 0), (1, 9, 1)])
def test_a_first_figure_below_zero_is_in_question_where_hardly_another_is(below: int, zeros: int, count: int) -> None:
    """Of thirty figures a tenth and one more; a measure of both signs may have any, and zeros are of neither."""
    now = {key: [2.0, 2.5, 3.0] for key in by_area(list(AREAS)[:10])}
    for place, key in enumerate(list(now)[: below + zeros]):
        now[key] = [2.0, 2.5, -0.5 if place < below else 0.0]
    found = grown(now)
    assert len(found) == count
    assert all(one.now == -0.5 and "-0.5 is zero or negative" in one.sentence for one in found)


def whole_year(
    steps: list[float], newest: float, *, of: int = 3, early: int = 3, first: list[float] | None = None, before: int = 0
) -> list[tuple[int | None, float, str]]:
    """What is found of a whole year of economies that grew alike, by logarithms, beside payments that stay as they were.

    ``early`` ones alone have the ``first`` years; ``before`` figures of the newest year have been published already.
    """
    first = first or []
    path = np.exp(np.cumsum([0.0, *first, *steps, newest])).tolist()
    areas = list(AREAS)[:of]
    now: Matrix = {("payments", area): [100.0] * len(path) for area in areas}
    for place, area in enumerate(areas):
        missing = 0 if place < early else len(first)
        now["receipts", area] = [None] * missing + [(50.0 + place) * one for one in path[missing:]]
    held = without_newest(now)
    for area in areas[:before]:
        held["receipts", area] = now["receipts", area]
    found = [one for one in growth.findings(laid_out(now, held, PLAIN)) if "at the median" in one.reason.sentence]
    assert all(one.series == tuple(range(of, 2 * of)) and one.reason.holds for one in found)
    return [(one.reason.year, one.reason.score, one.reason.sentence) for one in found]


def test_a_year_in_which_all_halved_may_be_half_a_year() -> None:
    """A score of the logarithm of a half in percent; two figures are too few, one of three known ones leaves two."""
    ((year, score, sentence),) = whole_year([0.05] * 6, log(0.5))
    assert year == 2024
    assert score == pytest.approx(100 * log(2))
    assert sentence == (
        "receipts: 3 figures of 2024 are -50 % over the year before at the median; see whether it is a part of a year or "
        "another unit."
    )
    assert whole_year([0.05] * 6, log(0.5), before=1) == []


@pytest.mark.parametrize(
    ("steps", "newest", "count"),
    [
        ([0.05] * 6, -0.19, 0), ([0.05] * 6, -0.21, 1), ([0.05] * 6, 0.24, 0), ([0.05] * 6, 0.26, 1),
        ([-0.05] * 6, -0.24, 0), ([-0.05] * 6, -0.26, 1), ([], 0.19, 0), ([], 0.21, 1), ([], 1.1, 1),
        ([0.2, -0.2, 0.0] * 3, 0.34, 0), ([0.2, -0.2, 0.0] * 3, 0.36, 1),
    ],
)  # fmt: skip
def test_a_whole_year_is_unusual_beside_none_and_beside_the_usual_growth(
    steps: list[float], newest: float, count: int
) -> None:
    """A fifth from no growth and from the median of earlier years; more where these went up and down: 1.75 times 0.2."""
    assert len(whole_year(steps, newest)) == count


@pytest.mark.parametrize(("of", "early", "count"), [(3, 1, 1), (4, 2, 0)])
def test_a_year_that_half_have_says_what_is_usual(of: int, early: int, count: int) -> None:
    """Two wild years of some economies: where they count, the limit is 1.75 times 0.6."""
    assert len(whole_year([0.0] * 3, 0.5, of=of, early=early, first=[0.6, -0.6])) == count


def test_a_measure_that_goes_below_zero_may_do_so_again() -> None:
    up_and_down: list[float | None] = [5.0, -3.0, 4.0, -6.0, 2.0, -4.0]
    assert grown({("balance", "USA"): up_and_down}) == []


# Revisions


def revised(
    factors: dict[int, float], *, days: int = 184, years: int = 14, before: float = 1000.0, **beside: float
) -> list[Reason]:
    """What is found where figures of the United States are so many times what they were, by age of the year."""
    old = [before * 1.04**year for year in range(years)]
    now: Matrix = {
        ("receipts", "USA"): [value * factors.get(years - 1 - place, 1.0) for place, value in enumerate(old)]
    }
    earlier: Matrix = {("receipts", "USA"): list(old)}
    for area, size in beside.items():
        now["receipts", area] = earlier["receipts", area] = [size * 1.02**year for year in range(years)]
    case = laid_out(now, earlier, PLAIN)
    files = tuple(replace(one, vintage=NOW - timedelta(days=days)) for one in case.files_before)
    return reasons(revisions.findings(replace(case, files_before=files)))


@pytest.mark.parametrize(
    ("ages", "change", "count"),
    [
        ((0,), 0.44, 0), ((0,), 0.46, 1), ((0,), -0.44, 0), ((0,), -0.46, 1),
        ((0, 1), 0.39, 0), ((0, 1), 0.41, 1), ((1, 2), 0.19, 0), ((1, 2), 0.21, 1), ((3, 4, 5), 0.12, 0), ((3, 4, 5), 0.14, 3),
        ((8, 9, 10), 0.14, 3),
    ],
)  # fmt: skip
def test_a_revision_is_judged_by_the_age_of_its_year(ages: tuple[int, ...], change: float, count: int) -> None:
    """0.45 of the newest year, 0.4 of the one before, 0.2 and then 0.13, up and down; runs of years are no lone changes."""
    factors = {age: float(np.exp(change)) for age in ages}
    found = revised(factors, JPN=700.0)
    assert len(found) == count
    for one in found:
        assert (one.edit, one.level, one.holds, one.series) == ("revision", 2, True, "receipts/USA")
        assert one.before is not None
        assert one.now == pytest.approx(one.before * np.exp(change))
        age = 2024 - (one.year or 0)
        doubt = abs(change) / (0.45, 0.4, 0.2)[age] if age < 3 else np.expm1(abs(change)) / np.expm1(0.13)
        assert f"; {doubt:.1f} times the limit for a year of this age." in one.sentence


def test_measures_are_judged_by_their_own_revisions() -> None:
    """Receipts go up and down by 0.12, which is below the limit and would make a limit of quartiles wide; payments do not."""
    old = [1000.0 * 1.04**year for year in range(14)]
    before: Matrix = {("payments", area): [size * one for one in old] for area, size in (("USA", 1.0), ("JPN", 0.7))}
    before |= {
        ("receipts", area): [size * one for one in old] for area, size in (("USA", 1.0), ("JPN", 0.7), ("DEU", 0.6))
    }
    now: Matrix = {
        key: [(one or 0) * float(np.exp(0.12 * (-1) ** place)) for place, one in enumerate(values)]
        if key[0] == "receipts"
        else values
        for key, values in before.items()
    }
    now["payments", "USA"] = [
        one * (float(np.exp(0.14)) if place in (8, 9, 10) else 1.0) for place, one in enumerate(old)
    ]
    found = reasons(revisions.findings(laid_out(now, before, PLAIN)))
    assert [(one.series, one.year) for one in found] == [("payments/USA", year) for year in (2019, 2020, 2021)]


def test_after_two_years_revisions_may_be_wider() -> None:
    """By the root of 730 days over 0.6 years, 1.83: 0.2 in place of 0.13 is below that, 0.25 above."""
    assert revised(dict.fromkeys((4, 5, 6), float(np.exp(0.2))), days=730, JPN=700.0) == []
    assert len(revised(dict.fromkeys((4, 5, 6), float(np.exp(0.25))), days=730, JPN=700.0)) == 3


@pytest.mark.parametrize(
    ("factors", "ages"),
    [
        ({5: 1.02}, [5]), ({5: 0.98}, [5]), ({5: 1.009}, []), ({1: 1.02}, [1]), ({0: 1.02}, []), ({13: 1.02}, [13]),
        ({5: 1.02, 6: 1.02}, []), ({5: 1.02, 6: 1.003}, [5]), ({5: 1.02, 6: 1.005}, []), ({5: 1.02, 8: 1.02}, [8, 5]),
        ({5: 1.02, 8: 1.02, 11: 1.02}, []), ({5: 1.04, 8: 1.04, 11: 1.04}, [11, 8, 5]), ({1: 1.04, 5: 1.02, 8: 1.02}, []),
    ],
)  # fmt: skip
def test_a_lone_change_of_an_old_year_is_an_erratum(factors: dict[int, float], ages: list[int]) -> None:
    """One percent where hardly anything changed, three percent where more did; neighbours stay within a fifth of it."""
    assert [2024 - (one.year or 0) for one in revised(factors, JPN=700.0)] == ages


@pytest.mark.parametrize(("years", "ages"), [(2, []), (3, [1])])
def test_of_two_years_none_is_lone(years: int, ages: list[int]) -> None:
    assert [2024 - (one.year or 0) for one in revised({1: 1.02}, years=years, JPN=700.0)] == ages


def test_nothing_is_lone_after_an_old_vintage() -> None:
    assert revised({5: 1.02}, days=500, JPN=700.0) == []


@pytest.mark.parametrize(("factor", "count"), [(1.009, 0), (1.012, 1), (0.988, 1)])
def test_a_series_that_changed_by_one_factor_is_in_another_currency(factor: float, count: int) -> None:
    """In its newest year, by how often the factor is one percent."""
    found = revised(dict.fromkeys(range(14), factor), JPN=700.0, DEU=600.0)
    assert [(one.year, one.series) for one in found] == [(2024, "receipts/USA")] * count
    for one in found:
        assert f"{abs(log(factor)) / 0.01:.1f} times the limit" in one.sentence
    assert revised({age: factor + 0.0025 * (age % 2) for age in range(14)}, JPN=700.0, DEU=600.0) == []


def test_a_figure_that_turned_its_sign_or_became_zero_is_ten_limits_off() -> None:
    for factor in (-1.0, 0.0):
        found = revised({4: factor}, JPN=700.0)
        assert [one.year for one in found] == [2020]
        assert "(sign or zero); 10.0 times the limit" in found[0].sentence
    below_zero: Matrix = {("balance", "USA"): [5.0, -3.0, 4.0, -6.0, 2.0, -4.0]}
    turned: Matrix = {("balance", "USA"): [5.0, -3.0, -4.0, -6.0, 2.0, -4.0]}
    assert reasons(revisions.findings(laid_out(turned, below_zero, PLAIN))) == []


@pytest.mark.parametrize(("factor", "count"), [(1.019, 0), (1.022, 1), (0.978, 1)])
def test_a_measure_that_moved_as_a_whole_is_in_another_unit(factor: float, count: int) -> None:
    found = [
        one
        for one in revised({age: factor + 0.0021 * (age % 2 - 0.5) for age in range(14)})
        if "unit or currency" in one.sentence
    ]
    assert len(found) == count
    for one in found:
        assert one.holds
        assert one.score == pytest.approx(100 * abs(log(factor)), rel=0.06)
        assert one.sentence.startswith("receipts: 14 figures changed by ")


def test_a_measure_that_moved_as_a_whole_is_said_once_and_the_others_are_judged() -> None:
    """Eight figures 4 % higher; an erratum in payments is found beside them, in receipts none is counted twice."""
    before: Matrix = {(one, "USA"): [1000.0 * 1.04**year for year in range(8)] for one in ("payments", "receipts")}
    now: Matrix = {
        key: [(one or 0) * (1.04 if key[0] == "receipts" else 1.0) for one in of] for key, of in before.items()
    }
    now["payments", "USA"][2] *= 1.02
    of_payments, of_receipts = sorted(
        revisions.findings(laid_out(now, before, PLAIN)), key=lambda one: one.reason.series
    )
    assert (of_payments.reason.series, of_payments.reason.year, of_payments.series) == ("payments/USA", 2019, (0,))
    assert (of_receipts.reason.series, of_receipts.series) == ("receipts", (1,))
    assert of_receipts.reason.sentence == (
        "receipts: 8 figures changed by +4 % at the median; unit or currency may differ."
    )
    assert of_receipts.reason.score == pytest.approx(100 * log(1.04))


@pytest.mark.parametrize(
    ("years", "days", "factor", "count"), [(7, 184, 1.04, 0), (8, 184, 1.04, 1), (8, 730, 1.036, 0), (8, 730, 1.038, 1)]
)
def test_a_whole_measure_may_move_more_after_two_years(years: int, days: int, factor: float, count: int) -> None:
    """Eight figures are needed; 2 % is the limit, after 730 days 1.83 times that."""
    found = revised(dict.fromkeys(range(years), factor), years=years, days=days)
    assert len([one for one in found if "unit or currency" in one.sentence]) == count


def restated(moved: int, of: int, factor: float = 1.03, ages: Iterable[int] = (5, 6), days: int = 184) -> list[Finding]:
    """What is found where the figures of some economies were revised, by age of the year; so were those of a region."""
    areas = ["R0", *SMALL[:of]]
    before: Matrix = {
        ("receipts", area): [1000.0 + place + 10 * year for year in range(12)] for place, area in enumerate(areas)
    }
    now: Matrix = {key: list(values) for key, values in before.items()}
    for area in areas[: moved + 1]:
        for age in ages:
            now["receipts", area][11 - age] *= factor
    case = laid_out(now, before, PLAIN, kinds=KINDS)
    files = tuple(replace(one, vintage=NOW - timedelta(days=days)) for one in case.files_before)
    return [one for one in revisions.findings(replace(case, files_before=files)) if "comprehensive" in one.reason.edit]


def test_a_comprehensive_revision_is_said_once_with_its_first_year_and_median() -> None:
    (found,) = restated(8, 20)
    assert found.series == tuple(range(1, 9))
    assert found.reason == Reason(
        2,
        "comprehensive revision",
        True,
        "receipts",
        2018,
        None,
        None,
        90.0,
        "receipts: comprehensive revision of 8 of 20 series back to 2018, median +3 %.",
    )


@pytest.mark.parametrize(
    ("moved", "of", "given", "count"),
    [
        (7, 20, {}, 0), (8, 20, {}, 1), (8, 31, {}, 1), (8, 32, {}, 0), (9, 32, {}, 1),
        (8, 20, {"factor": 1.019}, 0), (8, 20, {"factor": 1.021}, 1), (8, 20, {"factor": 0.979}, 1),
        (8, 20, {"ages": (3, 4)}, 0), (8, 20, {"ages": (4, 5)}, 1), (8, 20, {"ages": (10, 11)}, 1),
        (9, 20, {"days": 730, "factor": 1.04}, 0), (10, 20, {"days": 730, "factor": 1.04}, 1), (10, 20, {"days": 730, "factor": 1.036}, 0),
    ],
)  # fmt: skip
def test_a_revision_is_comprehensive_where_old_years_of_many_series_moved(
    moved: int, of: int, given: dict[str, Any], count: int
) -> None:
    """Eight series or more and more than a quarter of all, by more than 2 %, five years back; 1.83 times that after two years."""
    assert len(restated(moved, of, **given)) == count


def test_what_moves_beyond_three_limits_is_found_whatever_else_moves() -> None:
    """All old years of the United States go up and down, so that quartiles are wide; three times 0.13 is gross."""
    for change, count in ((0.38, 0), (0.40, 11)):
        factors = {age: float(np.exp(change * (-1) ** age)) for age in range(3, 14)}
        found = revised(factors)
        assert len(found) == count
        assert all("; 1.0 times the limit" in one.sentence for one in found)


@pytest.mark.parametrize(("years", "count"), [(10, 7), (11, 0)])
def test_from_eight_figures_of_an_age_on_the_others_widen_the_limit(years: int, count: int) -> None:
    """All old years go up and down by 0.2: seven are each judged by the limit of 0.13, eight by their quartiles."""
    factors = {age: float(np.exp(0.2 * (-1) ** age)) for age in range(3, years)}
    assert len(revised(factors, years=years)) == count


@pytest.mark.parametrize(("years", "count"), [(4, 0), (5, 1)])
def test_five_years_by_one_factor_are_another_currency(years: int, count: int) -> None:
    assert len(revised(dict.fromkeys(range(years), 1.012), years=years, JPN=700.0)) == count


def test_figures_below_zero_and_below_one_are_revised_too() -> None:
    before: Matrix = {("balance", "USA"): [-0.5, -0.6, -0.7, -0.8, -0.9, -0.9]}
    now: Matrix = {("balance", "USA"): [-0.5, -0.6, -0.7, -0.8, -0.45, -0.9]}
    (found,) = reasons(revisions.findings(laid_out(now, before, PLAIN)))
    assert (found.year, found.before, found.now) == (2023, -0.9, -0.45)
    assert ": -0.9 became -0.45 (-50 %); " in found.sentence


def test_a_share_below_one_that_became_zero_is_found() -> None:
    before: Matrix = {("rate", "USA"): [0.5, 0.6, 0.7, 0.8]}
    (found,) = reasons(revisions.findings(laid_out({("rate", "USA"): [0.5, 0.6, 0.0, 0.8]}, before, PLAIN)))
    assert (found.year, found.now) == (2023, 0.0)


def test_rates_of_small_economies_are_judged_without_a_weight() -> None:
    """Ten times as high in three of fourteen old years; rates have no share of a total."""
    how = replace(PLAIN, ratios=frozenset({"rate"}))
    before: Matrix = {("rate", area): [5.0 + year / 10 for year in range(14)] for area in ("MUS", "FJI")}
    now = before | {
        ("rate", "MUS"): [one * (10 if 3 < year < 7 else 1) for year, one in enumerate(before["rate", "MUS"])]
    }
    found = reasons(revisions.findings(laid_out(now, before, how)))
    assert [(one.series, one.year, one.holds) for one in found] == [
        ("rate/MUS", year, False) for year in (2015, 2016, 2017)
    ]


# Redundant fields


Pairs = list[tuple[str, ...]]


@pytest.mark.parametrize(
    ("now", "before", "found"),
    [
        ([("1", "A"), ("2", "B")], [("1", "A"), ("2", "B")], []),
        (
            [("1", "A"), ("1", "B")],
            [],
            [(True, "name and code disagree: 1 is A and B; one of them is on the wrong row.")],
        ),
        (
            [("1", "A"), ("2", "A")],
            [],
            [(True, "name and code disagree: A is 1 and 2; one of them is on the wrong row.")],
        ),
        ([("1", "a")], [("1", "A")], [(False, "name has other words than before: 1 is a, before A.")]),
        ([("3", "C")], [("1", "A")], []),
        (
            [("1", "B"), ("2", "A")],
            [("1", "A"), ("2", "B")],
            [(True, "name and code disagree: 1 is B, before A, 2 is A, before B; one of them is on the wrong row.")],
        ),
        (
            [("1", "B"), ("2", "b")],
            [("1", "A"), ("2", "B")],
            [
                (True, "name and code disagree: 1 is B, before A; one of them is on the wrong row."),
                (False, "name has other words than before: 2 is b, before B."),
            ],
        ),
    ],
)
def test_codes_and_names_say_one_thing_now_and_before(now: Pairs, before: Pairs, found: list[tuple[bool, str]]) -> None:
    case = replace(
        laid_out({("receipts", "USA"): [1.0]}, {}, PLAIN), stated_twice={("figures", ("code", "name")): (now, before)}
    )
    given = reasons(redundant_fields.findings(case))
    assert [(one.holds, one.sentence) for one in given] == found
    assert [(one.score, one.level, one.series) for one in given] == [
        (60.0 if one.holds else 0.1, 1, "name") for one in given
    ]


def test_a_figure_that_one_vintage_states_twice_and_differently() -> None:
    case = laid_out({("receipts", "USA"): [900.0, 901.0], ("receipts", "FJI"): [1.0, 1.1]}, {}, PLAIN)
    spread = np.array([[0.0, 5.0], [0.1, NAN]])
    found = list(redundant_fields.findings(replace(case, spread=spread)))
    assert [(one.reason.holds, one.reason.year, one.reason.now, one.series) for one in found] == [
        (True, 2024, 901.0, (0,)),
        (False, 2023, 1.0, (1,)),
    ]
    assert [one.reason.score for one in found] == pytest.approx(case.impact.tolist())


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


@pytest.mark.parametrize(
    ("islands", "factor", "holds"), [(2, 10.0, [False]), (3, 10.0, [True]), (4, 10.0, [True]), (4, 10.3, [])]
)
def test_a_block_of_islands_holds_where_it_has_three_of_them(islands: int, factor: float, holds: list[bool]) -> None:
    """Beside an economy that is nearly all of the total; what is no whole multiple is no block."""
    old: Matrix = {("receipts", "USA"): [1e9 + year for year in range(4)]}
    old |= {
        ("receipts", area): [20_001.0 + 37 * year + place for year in range(4)]
        for place, area in enumerate(SMALL[:islands])
    }
    now = {key: values if key[1] == "USA" else [(one or 0) * factor for one in values] for key, values in old.items()}
    found = reasons(scaled_blocks.findings(laid_out(now, old, PLAIN, kinds=KINDS)))
    assert [one.holds for one in found] == holds
    for one in found:
        named = ", ".join(f"{area}, receipts" for area in SMALL[: min(islands, 3)]) + (
            " and 1 more" if islands == 4 else ""
        )
        assert (
            f"{4 * islands} figures of 2021 to 2024 are exactly 10 times as large or as small as before ({named})"
            in one.sentence
        )
        assert one.series == "receipts/C00"


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


SMALL = [f"C{number:02}" for number in range(38)]
EIGHT = ", ".join(SMALL[:8])
GROUPS = [f"R{number}" for number in range(8)]
KINDS = dict.fromkeys(SMALL, COUNTRY) | dict.fromkeys(GROUPS, AGGREGATE)


def covered(
    lost: Iterable[str], *, groups: int = 0, world: bool = False, days: int = 184, **sizes: float
) -> list[Reason]:
    """What is found where areas are lost of the United States (90), Japan (10), 38 islands (a thousandth) and some aggregates."""
    areas = {"USA": 90.0, "JPN": 10.0} | dict.fromkeys(SMALL, 0.001) | dict.fromkeys(GROUPS[:groups], 1.0) | sizes
    areas |= {"W00": 100.0} if world else {}
    before: Matrix = {("receipts", area): [size, size + 0.0001] for area, size in areas.items()}
    lost = set(lost)
    now: Matrix = {key: [None, None] if key[1] in lost else values for key, values in before.items()}
    case = laid_out(now, before, PLAIN, kinds=KINDS)
    earlier = tuple(replace(one, vintage=NOW - timedelta(days=days)) for one in case.files_before)
    found = [one for one in coverage.findings(replace(case, files_before=earlier)) if "missing" in one.reason.sentence]
    for one in found:
        assert {case.series["area"].iloc[row] for row in one.series or ()} == lost
    return reasons(found)


LOST: dict[str, tuple[dict[str, Any], bool, str]] = {
    "two islands of forty": ({"lost": SMALL[:2]}, False, "2 of 40 countries, C00, C01 are missing."),
    "three islands of forty": ({"lost": SMALL[:3]}, True, "3 of 40 countries, C00, C01, C02 are missing."),
    "three after two years": (
        {"lost": SMALL[:3], "days": 730},
        False,
        "3 of 40 countries, C00, C01, C02 are missing.",
    ),
    "half a percent": ({"lost": ["C00"], "C00": 0.56}, True, "1 of 40 countries, C00 is missing (0.6% of the total)."),
    "less": ({"lost": ["C00"], "C00": 0.44}, False, "1 of 40 countries, C00 is missing (0.4% of the total)."),
    "a tenth of a percent": (
        {"lost": ["C00"], "C00": 0.11},
        False,
        "1 of 40 countries, C00 is missing (0.1% of the total).",
    ),
    "half a percent after two years": (
        {"lost": ["C00"], "C00": 0.56, "days": 730},
        False,
        "1 of 40 countries, C00 is missing (0.6% of the total).",
    ),
    "a major economy": ({"lost": ["JPN"]}, True, "1 of 40 countries, Japan is missing (10.0% of the total)."),
    "the world": ({"lost": ["W00"], "world": True}, True, "World is missing; countries are complete."),
    "the world and a group": (
        {"lost": ["W00", "R0"], "world": True, "groups": 1},
        True,
        "World and R0 are missing; countries are complete.",
    ),
    "two groups of eight": ({"lost": GROUPS[:2], "groups": 8}, False, "R0, R1 are missing; countries are complete."),
    "two groups of seven": ({"lost": GROUPS[:2], "groups": 7}, True, "R0, R1 are missing; countries are complete."),
    "the only group": ({"lost": ["R0"], "groups": 1}, False, "R0 is missing; countries are complete."),
    "three groups": ({"lost": GROUPS[:3], "groups": 8}, True, "R0, R1, R2 are missing; countries are complete."),
    "four groups": ({"lost": GROUPS[:4], "groups": 8}, True, "4 aggregates are missing; countries are complete."),
    "a group and an island": (
        {"lost": ["R0", "C01"], "groups": 8},
        False,
        "R0 and 1 of 40 countries, C01 are missing.",
    ),
}


@pytest.mark.parametrize("name", LOST)
def test_lost_areas_hold_by_their_weight_their_number_and_their_kind(name: str) -> None:
    """A twentieth of all areas, half a percent of the total, more than a quarter of the aggregates; twice that after two years."""
    given, holds, words = LOST[name]
    (found,) = covered(**given)
    assert (found.sentence, found.holds) == (f"receipts: {words}", holds)


def test_the_score_of_lost_areas_is_their_weight_in_percent_or_their_number() -> None:
    assert [one.score for one in covered(SMALL[:2])] == pytest.approx([100 * 0.01 * 2 / 40])
    assert [one.score for one in covered(["JPN"])] == pytest.approx([10.0], rel=1e-2)
    assert [one.score for one in covered(["W00"], world=True)] == pytest.approx([100 + 1 / 41])


@pytest.mark.parametrize(
    ("keys", "lost", "words"),
    [
        ([(area, "W00", item) for area in ("USA", "JPN") for item in ("S", "SA")], "SA", "1 items are missing: SA (100.0% of the total)"),
        ([(area, "W00", item) for area in ("USA", "JPN") for item in ("S", "SA")], "JPN", "1 of 2 countries, Japan is missing (50.0% of the total)"),
        ([(area, to, "S") for area in ("USA", "JPN") for to in ("DEU", "FRA")], "DEU", "1 of 2 countries, Germany is missing (50.0% of the total)"),
    ],
)  # fmt: skip
def test_lost_items_and_partners_are_named_as_such(keys: list[tuple[str, ...]], lost: str, words: str) -> None:
    before: Matrix = {("receipts", *key): [1.0 + year / 10 for year in range(5)] for key in keys}
    now: Matrix = {key: [None] * 5 if lost in key else values for key, values in before.items()}
    found = reasons(coverage.findings(laid_out(now, before, PLAIN)))
    assert [one.sentence for one in found] == [f"receipts: {words}."]


def test_a_measure_without_an_earlier_vintage_is_named_beside_one_that_has_one() -> None:
    now: Matrix = {(one, "USA"): LONG for one in ("payments", "receipts")}
    case = laid_out(now, {("receipts", "USA"): LONG}, PLAIN)
    (found,) = reasons(coverage.findings(replace(case, fresh=np.array([True, False]))))
    assert (found.holds, found.score) == (False, 0.0)
    assert found.sentence == ("No earlier vintage of payments was admitted; figures were judged by themselves.")


def test_new_areas_are_remarked_and_unknown_ones_named() -> None:
    before: Matrix = {("receipts", area): [1.0] * 10 for area in ("USA", "JPN")}
    now: Matrix = before | {("receipts", area): [1.0] * 10 for area in ("DEU", "QQX", "QQY")}
    case = laid_out(now, before, PLAIN)
    assert [(one.holds, one.score, one.sentence) for one in reasons(coverage.findings(case))] == [
        (False, 1.0, "2 areas are new and in no seed: QQX, QQY; add them to area_codes."),
        (False, 0.5, "receipts: 3 of 5 areas are new: Germany, QQX, QQY."),
    ]
    assert not list(coverage.findings(laid_out(now, now, PLAIN)))


@pytest.mark.parametrize(
    ("before", "now", "is_found"),
    [((20,), (15,), False), ((20,), (14,), True), ((19,), (1,), False), ((1,), (0,), True), ((), (0,), False), ((), (9,), False),
     ((10, 10), (7, 7), True), ((10, 10), (8, 7), False), ((20,), (40,), False)],
)  # fmt: skip
def test_a_file_of_few_rows_was_cut_short(before: tuple[int, ...], now: tuple[int, ...], is_found: bool) -> None:
    """More than a quarter of twenty rows or more, or all of them; files of one table and resource count together."""
    case = laid_out({("receipts", "USA"): [1.0]}, {("receipts", "USA"): [1.0]}, PLAIN)
    files, earlier = (tuple(replace(case.files[0], rows=one) for one in rows) for rows in (now, before))
    for table in ("figures", "texts"):
        given = replace(
            case,
            files=tuple(replace(one, table=table) for one in files),
            files_before=tuple(replace(one, table=table) for one in earlier),
        )
        found = list(coverage.findings(given))
        assert [(one.reason.holds, one.reason.score, one.series) for one in found] == [(True, 100.0, None)] * is_found
        for one in found:
            assert (one.reason.series, one.reason.before, one.reason.now) == (
                f"{table}/receipts",
                sum(before),
                sum(now),
            )
            assert one.reason.sentence.startswith(f"receipts has {sum(now)} rows, {sum(before)} before; ")
    edition = laid_out({("receipts", "USA"): [1.0]}, {("receipts", "USA"): [1.0]}, EDITION)
    assert not list(coverage.findings(replace(edition, files=files, files_before=earlier)))


def gaps(areas: int, of: Iterable[tuple[str, int]], days: int = 184) -> list[Reason]:
    """What is found where single figures are gone, of the United States, Japan and islands over 22 years."""
    before: Matrix = {
        ("receipts", "USA"): [900.0 + year for year in range(22)],
        ("receipts", "JPN"): [100.0 + year for year in range(22)],
    }
    before |= {("receipts", area): [0.001] * 22 for area in SMALL[:areas]}
    gone = set(of)
    now: Matrix = {
        key: [None if (key[1], 2003 + place) in gone else value for place, value in enumerate(values)]
        for key, values in before.items()
    }
    case = laid_out(now, before, PLAIN, kinds=KINDS)
    earlier = tuple(replace(one, vintage=NOW - timedelta(days=days)) for one in case.files_before)
    found = list(coverage.findings(replace(case, files_before=earlier)))
    touched = {area for area, _ in gone}
    for one in found:
        assert {case.series["area"].iloc[row] for row in one.series or ()} == (touched & {"USA", "JPN"} or touched)
    return reasons(found)


@pytest.mark.parametrize(
    ("areas", "gone", "days", "holds", "words"),
    [
        (1, [("USA", 2014)], 184, False, "1 of 66 values are gone: United States 2014."),
        (1, [("USA", 2013), ("USA", 2014)], 184, False, "2 of 66 values are gone: United States 2013-2014."),
        (1, [("USA", 2015)], 184, True, "1 of 66 values are gone: United States 2015."),
        (1, [("JPN", 2010), ("USA", 2011), ("C00", 2009)], 184, False, "3 of 66 values are gone: United States 2011, Japan 2010."),
        (1, [("USA", year) for year in range(2004, 2008)], 184, True, "4 of 66 values are gone: United States 2004-2007."),
        (1, [("C00", year) for year in range(2018, 2021)], 184, False, "3 of 66 values are gone: C00."),
        (1, [("C00", year) for year in range(2018, 2022)], 184, True, "4 of 66 values are gone: C00."),
        (38, [(SMALL[number], 2010) for number in range(17)], 184, False, f"17 of 880 values are gone: {EIGHT} and 9 more."),
        (38, [(SMALL[number], 2010) for number in range(18)], 184, True, f"18 of 880 values are gone: {EIGHT} and 10 more."),
        (38, [(SMALL[number], 2010) for number in range(18)], 730, False, f"18 of 880 values are gone: {EIGHT} and 10 more."),
    ],
)  # fmt: skip
def test_gaps_hold_where_they_are_recent_in_large_series_or_many(
    areas: int, gone: list[tuple[str, int]], days: int, holds: bool, words: str
) -> None:
    """Within ten years of a series of consequence; more than three and than a fiftieth of all, twice that after two years."""
    (found,) = gaps(areas, gone, days)
    assert (found.sentence, found.holds) == (f"receipts: {words}", holds)


def test_the_score_of_gaps_is_that_of_the_largest_series_or_their_share() -> None:
    assert gaps(1, [("JPN", 2010), ("USA", 2011)])[0].score == pytest.approx(100 * 919 / 1038, rel=1e-2)
    assert gaps(1, [("C00", 2010)])[0].score == pytest.approx(100 / 66)


# Dates and whole vintages that repeat


def test_dates_that_cannot_be_come_first() -> None:
    """A stamp after the fetch is in question as a whole; a year that is not over puts the series of its measure in question."""
    now: Matrix = {
        ("receipts", "USA"): [1.0, 1.5, 2.0],
        ("receipts", "JPN"): [1.0, None, None],
        ("payments", "USA"): [1.0, None, None],
    }
    case = laid_out(now, {}, PLAIN, newest=2027)
    (found,) = dates.findings(case)
    assert (found.series, found.reason.score, found.reason.level, found.reason.year) == ((0, 1), 50.0, 1, 2027)
    early = replace(case, now=case.before, context=replace(case.context, fetched=NOW - timedelta(days=1)))
    (found,) = dates.findings(early)
    assert (found.series, found.reason.score, found.reason.holds) == (None, 100.0, True)
    assert found.reason.sentence.startswith(
        f"The update stamp is {NOW}, after the fetch on {NOW - timedelta(days=1)}; "
    )
    assert not list(dates.findings(replace(early, context=replace(case.context, fetched=NOW))))
    late = laid_out({("receipts", "USA"): [1.0, None, None]}, {("receipts", "USA"): [1.0, 2.0, 3.0]}, PLAIN)
    (found,) = dates.findings(late)
    assert (found.series, found.reason.score, found.reason.year) == ((0,), 0.5, 2022)


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


def test_a_vintage_of_the_same_day_or_the_first_repeats_none() -> None:
    case = laid_out({("receipts", "USA"): OLD}, {("receipts", "USA"): OLD}, PLAIN)
    assert not list(exact_repeats.findings(replace(case, files_before=case.files)))
    assert not list(exact_repeats.findings(replace(case, files_before=())))


# Units

EDITS_WITHOUT_UNIT: dict[str, tuple[Any, Matrix, Matrix]] = {
    "growth": (growth, economies(DEU=1.3), without_newest(economies())),
    "sign": (growth, {("receipts", "USA"): [1000.0, 1030.0, -60.0]}, {("receipts", "USA"): [1000.0, 1030.0, None]}),
    "whole year": (growth, economies(USA=0.5, JPN=0.5, DEU=0.5, GBR=0.5, CHN=0.5), without_newest(economies())),
    "revision": (revisions, economies(), {key: [1.5 * (values[0] or 0), *values[1:]] for key, values in economies().items()}),
    "turned": (revisions, {("receipts", "USA"): [3.0, -4.0, 5.0]}, {("receipts", "USA"): [3.0, 4.0, 5.0]}),
    "below zero": (revisions, {("balance", "USA"): [-3.0, -9.0, -5.0]}, {("balance", "USA"): [-3.0, -4.0, -5.0]}),
    "exchanged": (
        equal_series,
        {("receipts", "USA"): [*[100.0] * 8, 130.0], ("receipts", "JPN"): [*[130.0] * 8, 100.0]},
        {("receipts", "USA"): [*[100.0] * 8, None], ("receipts", "JPN"): [*[130.0] * 8, None]},
    ),
    "followed": (
        equal_series,
        {("receipts", "USA"): long_series(1000.0), ("receipts", "JPN"): [1.1 * one for one in long_series(1000.0)]},
        {("receipts", "USA"): long_series(1000.0), ("receipts", "JPN"): long_series(1500.0)},
    ),
    "listed": (listed_parts, parts_of_the_world(JPN=1.1), without_newest(parts_of_the_world())),
    "aggregates": (aggregates, aggregated(DEU=2.0)[0], without_newest(aggregated()[1])),
}  # fmt: skip


@pytest.mark.parametrize("name", EDITS_WITHOUT_UNIT)
def test_what_is_found_does_not_depend_on_the_unit(name: str) -> None:
    """A publisher's table in units of ten thousand millions, so that most figures are below one."""
    edit, now, before = EDITS_WITHOUT_UNIT[name]
    case = laid_out(now, before, PLAIN, kinds=dict.fromkeys(REGIONS, AGGREGATE))
    found, same = (
        [(one.series, one.year, one.holds, one.score) for one in reasons(edit.findings(given))]
        for given in (case, replace(case, now=case.now * 1e-10, before=case.before * 1e-10))
    )
    assert found
    assert [one[:3] for one in same] == [one[:3] for one in found]
    assert [one[3] for one in same] == pytest.approx([one[3] for one in found])


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


def test_every_kind_of_figures_counts_its_own_share() -> None:
    """Three tenths of the receipts and none of the payments; then the half of these too."""
    now: Matrix = {("payments", area): [size] * 3 for area, size in (("USA", 50.0), ("JPN", 50.0))}
    now |= {("receipts", area): [size] * 3 for area, size in (("USA", 70.0), ("JPN", 30.0))}
    case = laid_out(now, now, PLAIN)
    reason = Reason(2, "growth", True, "", None, None, None, 1.0, "One.")
    shares = [verdict_of(case, [Finding(reason, of)]).share_in_question for of in ((3,), (0, 3))]
    assert shares == pytest.approx([0.3 / 2, (0.3 + 0.5) / 2])


def test_matrices_are_as_they_are_written() -> None:
    case = laid_out(economies(), without_newest(economies()), PLAIN)
    assert case.years.tolist() == list(range(2013, 2025))
    assert np.isnan(case.before[:, -1]).all()
    assert set(case.series["area"]) <= set(AREAS)
