"""Aggregates beside the sum of their members: the world of twelve economies, which it is to the dollar."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from orchestration.admission.case import Case
from orchestration.admission.members import Totals, explained, totals_of
from tests.unit.admission.synthetic_vintage import AREAS, YEARS
from tests.unit.admission.test_rehearsal import synthetic

WORLD = "receipts/W00"


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    return synthetic(tmp_path_factory.mktemp("synthetic"))


def changed(case: Case, label: str, factor: float, *years: int) -> Case:
    now = case.now.copy()
    row = row_of(case, label)
    now[row, [year - YEARS[0] for year in years]] *= factor
    return replace(case, now=now)


def row_of(case: Case, label: str) -> int:
    return next(row for row in range(len(case.series)) if case.label(row) == label)


def world(case: Case) -> Totals:
    return next(one for one in totals_of(case) if one.row == row_of(case, WORLD))


def test_the_world_is_explained_by_its_members(case: Case) -> None:
    one = world(case)
    assert sorted(case.series["area"].iloc[one.members]) == sorted(AREAS)
    assert one.shares.tolist() == [1.0] * len(AREAS)
    assert one.moved == pytest.approx([0.0] * 20, abs=1e-12)
    assert one.limit.tolist() == [0.004] * 19 + [0.01]
    assert not one.recomposed
    assert {case.label(found.row) for found in totals_of(case)} == {WORLD, "payments/W00"}
    assert explained(case).sum() == 2 * 20


@pytest.mark.parametrize(("year", "limit"), [(2012, 0.004), (2023, 0.004), (2024, 0.01)])
def test_a_world_that_moves_alone_is_not_explained(case: Case, year: int, limit: float) -> None:
    """By how much of itself the world is more than its members are; up to the limit it is theirs."""
    column, row = year - YEARS[0], row_of(case, WORLD)
    for size in (0.9 * limit, -0.9 * limit, 1.1 * limit, -1.1 * limit):
        factor = 1 / (1 - size) if size > 0 or year == 2024 else 1 + size
        wrong = changed(case, WORLD, factor, year)
        assert world(wrong).moved[column] == pytest.approx(size)
        assert bool(explained(wrong)[row, column]) is (abs(size) < limit)
        assert explained(wrong).sum() == 2 * 20 - (abs(size) > limit)


def test_a_member_that_moves_alone_leaves_the_world_unexplained(case: Case) -> None:
    """Japan is 17.9 % of the world in 2005: a tenth of that is above the limit of 0.4 %, a fiftieth below it."""
    share = case.now[row_of(case, "receipts/JPN"), 0] / case.now[row_of(case, WORLD), 0]
    assert share == pytest.approx(0.1792, abs=1e-4)
    wrong = changed(case, "receipts/JPN", 1.1, 2005)
    assert world(wrong).moved[0] == pytest.approx(-0.1 * share)
    assert not explained(wrong)[row_of(case, WORLD), 0]
    assert explained(changed(case, "receipts/JPN", 1.02, 2005))[row_of(case, WORLD), 0]


def test_a_world_that_moved_in_five_years_has_other_members(case: Case) -> None:
    years = (2008, 2010, 2012, 2014, 2016)
    assert not world(changed(case, WORLD, 1.01, *years[:4])).recomposed
    assert world(changed(case, WORLD, 1.01, *years)).recomposed
    assert not world(changed(case, WORLD, 1.003, *years)).recomposed


def test_of_seven_economies_no_world_is_made(case: Case) -> None:
    """Eight are needed: of fewer any sum fits something."""
    for count, found in ((7, 0), (8, 2)):
        chosen = np.isin(case.series["area"], [*list(AREAS)[:count], "W00"])
        few = replace(
            case,
            series=case.series[chosen].reset_index(drop=True),
            **{
                name: getattr(case, name)[chosen]
                for name in ("now", "before", "stated_now", "stated_before", "spread", "fresh")
            },
        )
        assert len(totals_of(few)) == found


@pytest.mark.parametrize(("years", "found"), [(3, 0), (4, 2)])
def test_three_earlier_years_show_what_an_aggregate_is(case: Case, years: int, found: int) -> None:
    cut = {name: getattr(case, name)[:, -years:] for name in ("now", "before", "stated_now", "stated_before", "spread")}
    assert len(totals_of(replace(case, years=case.years[-years:], **cut))) == found


def test_an_economy_without_payments_takes_no_other_s_place(case: Case) -> None:
    """The United States give receipts alone: the world of payments is that of the others, whose figures stay apart."""
    chosen = np.array([case.label(row) != "payments/USA" for row in range(len(case.series))])
    now, before = case.now.copy(), case.before.copy()
    for matrix in (now, before):
        matrix[row_of(case, "payments/W00")] -= matrix[row_of(case, "payments/USA")]
    few = replace(
        case,
        series=case.series[chosen].reset_index(drop=True),
        now=now[chosen],
        before=before[chosen],
        **{name: getattr(case, name)[chosen] for name in ("stated_now", "stated_before", "spread", "fresh")},
    )
    found = {few.label(one.row): one for one in totals_of(few)}
    assert {name: len(one.members) for name, one in found.items()} == {"receipts/W00": 12, "payments/W00": 11}
    assert found["payments/W00"].moved == pytest.approx([0.0] * 20, abs=1e-12)
    assert explained(few).sum() == 2 * 20
