"""Admission over synthetic vintages: a good update passes every edit, and each fault is stopped by its edit."""

from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from orchestration.admission.judge import foremost
from orchestration.admission.ledger import ADMITTED, HELD_BACK, WITH_REMARKS
from orchestration.admission.parameters import PARAMETERS
from orchestration.admission.reason import Reason
from orchestration.contracts.observation import Balance
from tests.unit.admission.synthetic_vintage import AREAS, BEFORE, MEASURES, NOW, YEARS, Figures, Publisher, figures

NEWEST = YEARS[-1]
STALE = date(2027, 1, 1)
"""A year and a half after the vintage before."""

Change = Callable[[Figures], None]


@pytest.fixture
def publisher(tmp_path: Path) -> Publisher:
    return Publisher(tmp_path)


def changed(change: Change) -> Figures:
    content = figures()
    change(content)
    return content


def add_up(content: Figures) -> None:
    """The world as the sum of its members: the publisher added up after the fault."""
    for measure in MEASURES:
        for year in YEARS:
            content[measure, "W00", year] = sum(content.get((measure, area, year)) or 0 for area in AREAS)


def times(
    factor: float, areas: str, measure: str = "receipts", years: Iterable[int] = (NEWEST,), *, world: bool = True
) -> Change:
    """Multiply figures, those of the world with them."""

    def change(content: Figures) -> None:
        for area in areas.split() if areas else AREAS:
            for year in years:
                content[measure, area, year] = (content[measure, area, year] or 0) * factor
        if world:
            add_up(content)

    return change


def copied(areas: str, back: int = 1, years: Iterable[int] = (NEWEST,)) -> Change:
    """Receipts of an earlier year under a later one."""

    def change(content: Figures) -> None:
        for area in areas.split() if areas else AREAS:
            for year in sorted(years, reverse=True):
                content["receipts", area, year] = content["receipts", area, year - back]
        add_up(content)

    return change


def exchanged(left: tuple[str, str], right: tuple[str, str], years: Iterable[int] = YEARS) -> Change:
    """Two series, by measure and area, with each other's figures."""

    def change(content: Figures) -> None:
        for year in years:
            first, second = (*left, year), (*right, year)
            content[first], content[second] = content[second], content[first]
        add_up(content)

    return change


def lost(areas: str, years: Iterable[int] = range(1900, 2100), *, world: bool = False, faded: bool = False) -> Change:
    """Areas without figures of these years; ``faded``: without rows."""

    def change(content: Figures) -> None:
        for key in [key for key in content if key[1] in areas.split() and key[2] in years]:
            del content[key]
        if world:
            add_up(content)

    return change


def equal(content: Figures) -> None:
    for year in YEARS:
        content["payments", "FRA", year] = content["payments", "GBR", year]


def restated(content: Figures) -> None:
    """Five years and more of most economies, each by another share."""
    for place, area in enumerate(AREAS):
        times(1.04 + 0.01 * (place % 3), area, years=range(2010, 2015))(content)


def several(*factors: float) -> Change:
    """Receipts of South Korea from 2015, each year by another factor."""

    def change(content: Figures) -> None:
        for year, factor in enumerate(factors, start=2015):
            times(factor, "KOR", years=(year,))(content)

    return change


def arrived(content: Figures) -> None:
    """An economy that was always in the world's total gets figures of its own."""
    for year in YEARS:
        content["receipts", "ITA", year] = 3e9 + year * 317_000_011


def unknown(content: Figures) -> None:
    for year in YEARS:
        content["receipts", "QQX", year] = 1e6 + year * 317


def renamed(content: Figures) -> None:
    unknown(content)
    lost("MUS")(content)


def both_moved(content: Figures) -> None:
    """A firm moves its licences: receipts and payments of one economy rise in one year, by different factors."""
    times(1.45, "GBR")(content)
    times(1.6, "GBR", "payments")(content)


SCENARIOS: dict[str, tuple[Change, str, str]] = {
    # true updates
    "an economy arrives": (arrived, WITH_REMARKS, "coverage"),
    "an unknown area is left out": (unknown, WITH_REMARKS, "coverage"),
    "a run of years restated by 28 %": (times(1.28, "KOR", years=(2022, 2023)), WITH_REMARKS, "revision"),
    "one figure equal to the year before": (copied("KOR"), WITH_REMARKS, "growth"),
    "receipts and payments of one economy jump": (both_moved, WITH_REMARKS, "growth"),
    "two old figures of an island gone": (lost("MUS", (2010, 2011), world=True), WITH_REMARKS, "coverage"),
    "a zero of an island": (times(0, "FJI"), WITH_REMARKS, "change of kind"),
    "an island's newest figure doubles": (times(2, "FJI"), WITH_REMARKS, "growth"),
    # the newest year
    "half a newest figure": (times(0.5, "USA"), HELD_BACK, "growth"),
    "a newest figure 1.75 times": (times(1.75, "USA"), HELD_BACK, "growth"),
    "a newest figure a quarter lower": (times(0.74, "USA"), HELD_BACK, "growth"),
    "a newest figure a third higher": (times(1.35, "USA"), HELD_BACK, "growth"),
    "a newest figure a sixth lower": (times(0.85, "USA"), WITH_REMARKS, "growth"),
    "a newest figure an eighth higher": (times(1.14, "USA"), WITH_REMARKS, "growth"),
    "half a year": (times(0.5, ""), HELD_BACK, "growth"),
    "nine months as a year": (times(0.75, ""), HELD_BACK, "growth"),
    "two economies' newest figures exchanged": (
        exchanged(("receipts", "JPN"), ("receipts", "GBR"), (NEWEST,)),
        HELD_BACK,
        "growth",
    ),
    # changes of kind, at any size
    "a sign": (times(-1, "ZAF"), HELD_BACK, "change of kind"),
    "a zero": (times(0, "ZAF"), HELD_BACK, "change of kind"),
    "ten times": (times(10, "ZAF"), HELD_BACK, "change of kind"),
    "thousands for millions": (times(1000, "ZAF", "payments", range(2015, NEWEST + 1)), HELD_BACK, "change of kind"),
    "flows exchanged": (
        exchanged(("receipts", "MUS"), ("payments", "MUS"), range(2005, 2024)),
        HELD_BACK,
        "exchanged",
    ),
    "an economy gone": (lost("ZAF", world=True), HELD_BACK, "coverage"),
    # other faults
    "an area code renamed": (renamed, HELD_BACK, "coverage"),
    "a large economy gone": (lost("CHN"), HELD_BACK, "coverage"),
    "the world gone": (lost("W00"), HELD_BACK, "coverage"),
    "no newest year": (lost(" ".join((*AREAS, "W00")), range(2023, 2100)), HELD_BACK, "coverage"),
    "many old figures gone": (lost("BRA ZAF MUS FJI", range(2006, 2016), world=True), HELD_BACK, "coverage"),
    "many old figures of islands gone": (lost("MUS FJI", range(2005, 2012), world=True), HELD_BACK, "coverage"),
    "one figure of a large economy gone": (lost("CHN", (2020,), world=True), HELD_BACK, "coverage"),
    "economies exchanged": (exchanged(("receipts", "JPN"), ("receipts", "DEU")), HELD_BACK, "exchanged"),
    "two series equal": (equal, HELD_BACK, "exchanged"),
    "years shifted": (copied("GBR", years=YEARS[1:]), HELD_BACK, "exchanged"),
    "a year copied": (copied(""), HELD_BACK, "repeats"),
    "three figures of a year copied": (copied("KOR CAN BRA"), HELD_BACK, "repeats"),
    "one economy in another currency": (times(0.92, "DEU", "payments", YEARS), HELD_BACK, "revision"),
    "one economy in a far other currency": (times(0.75, "DEU", "payments", YEARS), HELD_BACK, "revision"),
    "an island in another currency": (times(0.7, "FJI", "payments", YEARS), WITH_REMARKS, "revision"),
    "five years restated upwards": (several(1.1, 1.12, 1.14, 1.16, 1.18), WITH_REMARKS, "revision"),
    "five years restated up and down": (several(1.18, 0.86, 1.18, 0.86, 1.18), HELD_BACK, "revision"),
    "all in a far other unit": (times(1.3, "", "payments", YEARS), HELD_BACK, "revision"),
    "all of two years by one factor": (times(0.94, "", years=(2022, 2023)), HELD_BACK, "revision"),
    "an old figure mistyped": (times(1.09, "CAN", years=(2012,)), HELD_BACK, "revision"),
    "all in another unit": (times(1.1, "", "payments", YEARS), HELD_BACK, "revision"),
    "a member moved and the world did not": (times(1.05, "JPN", years=(2023,), world=False), HELD_BACK, "aggregates"),
    "the world moved and no member did": (times(1.02, "W00", world=False), HELD_BACK, "aggregates"),
    "a comprehensive revision": (restated, HELD_BACK, "revision"),
}


REASONS = yaml.safe_load((Path(__file__).parent / "reasons.yml").read_text(encoding="utf-8"))
"""The first three reasons of the edit in each scenario, with their scores."""


def outcome(reasons: list[Reason]) -> str:
    if any(reason.holds for reason in reasons):
        return HELD_BACK
    return WITH_REMARKS if reasons else ADMITTED


def edits_that_hold(reasons: list[Reason]) -> set[str]:
    return {reason.edit for reason in reasons if reason.holds}


@pytest.mark.parametrize("name", SCENARIOS)
def test_each_update_gets_its_verdict_from_its_edit(publisher: Publisher, name: str) -> None:
    change, expected, edit = SCENARIOS[name]
    reasons = publisher.judged(changed(change))
    assert outcome(reasons) == expected, [reason.sentence for reason in reasons]
    named = [reason for reason in reasons if reason.edit == edit and reason.holds == (expected == HELD_BACK)]
    assert [f"{reason.score:.3g}: {reason.sentence}" for reason in named[:3]] == REASONS[name]


def test_a_new_year_is_admitted_and_only_the_movement_of_large_series_is_remarked(publisher: Publisher) -> None:
    reasons = publisher.judged(figures())
    assert (outcome(reasons), {reason.edit for reason in reasons}) == (WITH_REMARKS, {"growth"})
    assert publisher.judged(figures(2023), vintage=BEFORE) == []


def test_old_figures_of_a_vintage_years_later_are_remarks_and_its_newest_figures_are_judged(
    publisher: Publisher,
) -> None:
    vintage = date(2028, 9, 1)
    old = changed(
        lambda content: (times(10, "ZAF", years=(2012,))(content), lost("BRA MUS", range(2006, 2016))(content))[0]
    )
    assert outcome(publisher.judged(old, vintage=vintage)) == WITH_REMARKS
    assert outcome(publisher.judged(old)) == HELD_BACK
    for change in (times(0.5, "USA"), times(10, "ZAF"), times(1.5, "", "payments", YEARS)):
        assert outcome(publisher.judged(changed(change), vintage=vintage)) == HELD_BACK


def test_a_late_reporter_raises_the_world_without_a_hold(publisher: Publisher) -> None:
    before = figures(2023)
    for measure in MEASURES:
        before[measure, "W00", 2023] = (before[measure, "W00", 2023] or 0) - (before.pop((measure, "GBR", 2023)) or 0)
    assert outcome(publisher.judged(figures(2023), before)) != HELD_BACK


@pytest.mark.slow
@pytest.mark.parametrize(("factor", "held"), [(0.01, True), (0.1, False)])
def test_a_fraction_for_a_percentage_is_a_change_of_kind(publisher: Publisher, factor: float, held: bool) -> None:
    reasons = publisher.judged(changed(times(factor, "KOR", "payments")), ratios=frozenset({"payments"}))
    assert ("change of kind" in edits_that_hold(reasons)) is held


@pytest.mark.slow
@pytest.mark.parametrize(
    ("few", "is_shift", "held"),
    [
        ("USA JPN DEU GBR CHN FRA KOR CAN", True, True),
        ("USA JPN DEU GBR CHN FRA KOR", True, False),
        ("USA JPN DEU", True, False),
        ("USA JPN", False, False),
    ],
)
def test_a_shift_of_a_measure_with_few_series_is_a_remark(
    publisher: Publisher, few: str, is_shift: bool, held: bool
) -> None:
    """Of three to seven series it is one, and figures are judged as well."""
    before = {key: value for key, value in figures(2023).items() if key[1] in few.split()}
    now: Figures = {
        key: (value or 0) * (0.85 if key[2] > 2021 else 1) for key, value in figures().items() if key[1] in few.split()
    }
    reasons, count = publisher.judged(now, before), len(few.split())
    shifts = [
        (reason.edit, reason.holds) for reason in reasons if f"{count} of {count} series changed" in reason.sentence
    ]
    assert shifts == [("revision", held)] * 2 * is_shift
    assert any("became" in reason.sentence for reason in reasons) is not held


@pytest.mark.slow
@pytest.mark.parametrize(("faded", "held"), [(2017, False), (2021, False), (2022, True)])
def test_an_economy_without_figures_of_three_years_may_be_withdrawn(
    publisher: Publisher, faded: int, held: bool
) -> None:
    before, now = figures(2023), changed(lost("ZAF", world=True))
    lost("ZAF", range(faded, 2024))(before)
    for measure, year in {(key[0], key[2]) for key in before}:
        before[measure, "W00", year] = sum(before.get((measure, area, year)) or 0 for area in AREAS)
    reasons = publisher.judged(now, before)
    assert ("may have been withdrawn" in " ".join(reason.sentence for reason in reasons)) is not held
    assert ("coverage" in edits_that_hold(reasons)) is held


@pytest.mark.slow
@pytest.mark.parametrize(("area", "vintage", "held"), [("MUS", NOW, True), ("MUS", STALE, False), ("ZAF", STALE, True)])
def test_a_small_economy_may_vanish_when_much_time_has_passed(
    publisher: Publisher, area: str, vintage: date, held: bool
) -> None:
    reasons = publisher.judged(changed(lost(area, world=True)), vintage=vintage)
    assert ("coverage" in edits_that_hold(reasons)) is held


@pytest.mark.slow
@pytest.mark.parametrize(("year", "held"), [(NEWEST - 9, True), (NEWEST - 10, False)])
def test_one_lost_figure_of_a_large_economy_holds_when_it_is_of_the_last_ten_years(
    publisher: Publisher, year: int, held: bool
) -> None:
    reasons = publisher.judged(changed(lost("CHN", (year,), world=True)))
    assert ("coverage" in edits_that_hold(reasons)) is held


TINY = [f"X{number:02}" for number in range(60)]
GROUPS = ["WB_AFE", "WB_AFW", "WB_ARB", "WB_CEB", "WB_CSS", "WB_EAP", "WB_EAR", "WB_EAS"]


def with_islands(regions: int, last: int = NEWEST) -> Figures:
    """Receipts with those of sixty islands and of some regions."""
    content = {key: value for key, value in figures(last).items() if key[0] == "receipts"}
    for place, area in enumerate([*TINY, *GROUPS[:regions]]):
        for year in range(YEARS[0], last + 1):
            content["receipts", area, year] = 1000 + 17 * place + 31 * (year - YEARS[0]) + (year * place) % 7
    return content


def without(areas: Iterable[str], cells: int = 0) -> Change:
    """No figure of some areas, and none in the first cells of the islands."""

    def change(content: Figures) -> None:
        lost(" ".join(areas))(content)
        for place in range(cells):
            del content["receipts", TINY[place // 10], YEARS[place % 10]]

    return change


@pytest.mark.slow
@pytest.mark.parametrize(
    ("regions", "change", "vintage", "held"),
    [
        # 5 % of the areas, a quarter of the regions, 2 % of the values; all times the years between the vintages
        (6, without(TINY[:3]), NOW, False),
        (6, without(TINY[:4]), NOW, True),
        (6, without(TINY[:5]), STALE, False),
        (6, without(TINY[:6]), STALE, True),
        (6, without(GROUPS[:1]), NOW, False),
        (6, without(GROUPS[:2]), NOW, True),
        (8, without(GROUPS[:2]), NOW, False),
        (6, without(GROUPS[:2]), STALE, False),
        (6, without((), 30), NOW, False),
        (6, without((), 31), NOW, True),
        (6, without((), 45), STALE, False),
        (6, without((), 46), STALE, True),
    ],
)
def test_how_much_may_vanish(publisher: Publisher, regions: int, change: Change, vintage: date, held: bool) -> None:
    now = with_islands(regions)
    change(now)
    reasons = publisher.judged(now, with_islands(regions, 2023), vintage=vintage)
    assert ("coverage" in edits_that_hold(reasons)) is held, [reason.sentence for reason in reasons]


@pytest.mark.parametrize(("change", "held"), [(times(0.5, "USA"), {"receipts"}), (lost("CHN"), set(MEASURES))])
def test_only_the_resource_in_question_is_held(publisher: Publisher, change: Change, held: set[str]) -> None:
    reasons = publisher.judged(changed(change))
    assert {resource for reason in reasons if reason.holds for resource in reason.resources} == held


RECEIPTS = {key: value for key, value in figures().items() if key[0] == "receipts"}
NO_PAYMENTS: Figures = {key: None for key in figures() if key[0] == "payments"}
WHOLE: dict[str, tuple[Figures, dict[str, Any], bool, str]] = {
    "an earlier vintage under a new date": (figures(2023), {"vintage": date(2025, 12, 1)}, False, ""),
    "the same though a release was due": (figures(2023), {"vintage": date(2026, 7, 1)}, True, "is that of"),
    "a year that is not over": (figures(2026), {}, True, "not over"),
    "a year that is not over, as usual": (figures(2026), {"before": figures(2025)}, False, ""),
    "the present year in a first vintage": (figures(2026), {"before": {}}, False, "not over"),
    "a future year in a first vintage": (figures(2027), {"before": {}}, True, "not over"),
    "no figure of a measure": (RECEIPTS | NO_PAYMENTS, {}, True, "payments: no figure is left"),
    "an unknown area is named": (changed(unknown), {}, False, "QQX"),
    "no newest year of twenty figures": (
        {("receipts", "USA", year): 1e9 + year for year in YEARS[:-1]},
        {"before": {("receipts", "USA", year): 1e9 + year for year in YEARS}},
        True,
        "2024 was there before",
    ),
    "a first vintage": (figures(), {"before": {}}, False, "No earlier vintage"),
    "a measure that the candidate does not bring": (RECEIPTS, {}, False, ""),
}
"""Vintages, how they are judged, whether they are held, and part of a sentence."""


@pytest.mark.parametrize("name", WHOLE)
def test_a_whole_vintage_gets_its_verdict_and_reason(publisher: Publisher, name: str) -> None:
    now, how, is_held, words = WHOLE[name]
    reasons = publisher.judged(now, **how)
    assert (outcome(reasons) == HELD_BACK) == is_held
    assert words in " ".join(reason.sentence for reason in reasons if reason.holds == is_held)


def test_twelve_reasons_of_an_edit_are_named_and_the_rest_counted_with_their_resources() -> None:
    reasons = [Reason("growth", True, f"{number}.", 20.0 - number, resources=(f"r{number}",)) for number in range(14)]
    reasons += [Reason("growth", False, "a remark", 1.0)] * 13 + [Reason("dates", True, "early", 1.0)] * 12
    worst = list(foremost(reasons, PARAMETERS.sentences_per_edit))
    assert worst[:12] == reasons[:12]
    assert len(worst) == 12 + 12 + 12 + 2
    assert [(reason.sentence, reason.holds, reason.resources) for reason in worst[-2:]] == [
        ("2 more findings of the edit growth hold; the worst are named.", True, ("r12", "r13")),
        ("1 more findings of the edit growth are remarks; the worst are named.", False, ()),
    ]


REGION = "WB_HIC"


def summed(content: Figures, change: Change = lambda _: None, estimated: float = 1.0) -> Figures:
    """Figures with a region, changed, and then with the world as the sum of its members and of what is ``estimated``."""
    for measure in MEASURES:
        for year in sorted({key[2] for key in content}):
            content[measure, REGION, year] = sum(content[measure, area, year] or 0 for area in ("CHN", "DEU", "KOR"))
    change(content)
    for measure, _, year in [key for key in content if key[1] == "W00"]:
        members = [
            value or 0 for key, value in content.items() if key[1] in {*AREAS, "ITA"} and key[::2] == (measure, year)
        ]
        content[measure, "W00", year] = sum(members) * estimated
    return content


def unexplained(content: Figures, change: Change = lambda _: None) -> Figures:
    for measure, area, year in [key for key in content if key[1] == "W00"]:
        content[measure, REGION, year] = 1.7 * (content[measure, area, year] or 0)
    change(content)
    return content


def half_arrived(content: Figures) -> None:
    content["receipts", "ITA", 2023] = 6e9
    content["receipts", "W00", 2023] = (content["receipts", "W00", 2023] or 0) + 3e9


def half_departed(content: Figures) -> None:
    gone = content.pop(("receipts", "GBR", 2023)) or 0
    content["receipts", "W00", 2023] = (content["receipts", "W00", 2023] or 0) - gone / 2


def after(content: Figures, change: Change) -> Figures:
    change(content)
    return content


def every(*changes: Change) -> Change:
    def change(content: Figures) -> None:
        for part in changes:
            part(content)

    return change


def whole(rounding: float) -> dict[str, Any]:
    return {"balances": (Balance("area", "W00", tuple(AREAS), rounding=rounding),)}


def nine_more(content: Figures) -> None:
    content["receipts", "USA", 2020] = (content["receipts", "USA", 2020] or 0) + 9


TOTALS: dict[str, tuple[Figures, dict[str, Any]]] = {
    "a member moved and its region did not": (summed(figures(), times(1.05, "DEU", years=(2023,))), {}),
    "a member moved in four years and its region did not": (
        summed(figures(), times(1.05, "DEU", years=range(2020, 2024))),
        {},
    ),
    "a region without its member in five years": (summed(figures(), times(0.8, REGION, years=range(2019, 2024))), {}),
    "a region moved and no member did": (summed(figures(), times(1.05, REGION, years=(2023,))), {}),
    "a region that its members do not explain": (
        unexplained(figures(), times(1.05, REGION, years=(2023,))),
        {"before": unexplained(figures(2023))},
    ),
    "a world of which an economy is not reported": (
        after(
            figures(), lambda content: (lost("USA")(content), times(1.5, "DEU", years=(2023,), world=False)(content))[0]
        ),
        {"before": after(figures(2023), lost("USA"))},
    ),
    "long after the vintage before": (
        summed(figures(), times(1.05, "DEU", years=(2023,))),
        {"vintage": STALE},
    ),
    "the newest figure of a region moved and no member did": (summed(figures(), times(1.02, REGION)), {}),
    "three new years of a world without its members": (
        after(figures(), times(1.05, "W00", years=(2022, 2023, 2024), world=False)),
        {"before": figures(2021)},
    ),
    "the newest world of a first vintage": (after(figures(), times(1.05, "W00", world=False)), {"before": {}}),
    "two newest years of the world in a first vintage": (
        after(figures(), times(1.05, "W00", years=(2023, 2024), world=False)),
        {"before": {}},
    ),
    **{
        f"a world known for {years} years": (
            after(
                figures(2023),
                every(lost("W00", range(2005, 2024 - years)), times(1.05, "W00", years=(2023,), world=False)),
            ),
            {"before": after(figures(2023), lost("W00", range(2005, 2024 - years)))},
        )
        for years in (2, 3)
    },
    "the newest figure of a region that is hardly the sum of its members": (
        after(
            summed(figures()), every(times(1.01, REGION, years=YEARS, world=False), times(1.02, REGION, world=False))
        ),
        {"before": after(summed(figures(2023)), times(1.01, REGION, years=YEARS[:-1], world=False))},
    ),
    "half of an arrival in an exact world": (after(summed(figures(2023)), half_arrived), {}),
    "half of a departure from an exact world": (after(summed(figures(2023)), half_departed), {}),
    "half of an arrival in an estimated world": (
        after(summed(figures(2023), estimated=1.01), half_arrived),
        {"before": summed(figures(2023), estimated=1.01)},
    ),
    "half of a departure from an estimated world": (
        after(summed(figures(2023), estimated=1.01), half_departed),
        {"before": summed(figures(2023), estimated=1.01)},
    ),
    "an estimated world moved": (
        after(summed(figures(2023), estimated=1.01), times(0.98, "W00", years=(2023,), world=False)),
        {"before": summed(figures(2023), estimated=1.01)},
    ),
    "a sum off by its rounding": (after(figures(), nine_more), whole(9)),
    "a sum off by more than its rounding": (after(figures(), nine_more), whole(8)),
    "a sum off by as much as before": (
        after(figures(), nine_more),
        {**whole(0), "before": after(figures(2023), nine_more)},
    ),
    "a part moved and its whole did not": (after(figures(), times(0.9, "FRA", years=(2020,), world=False)), whole(0)),
    "a whole moved and no part did": (after(figures(), times(0.9, "W00", years=(2020,), world=False)), whole(0)),
    "a part is missing": (after(figures(), lost("FJI")), {**whole(0), "before": after(figures(2023), lost("FJI"))}),
}
"""Vintages, and how they are judged: wholes that are and are not what their parts add up to."""


@pytest.mark.slow
@pytest.mark.parametrize("name", TOTALS)
def test_wholes_are_compared_with_their_parts(publisher: Publisher, name: str) -> None:
    now, how = TOTALS[name]
    before = summed(figures(2023)) if REGION in {key[1] for key in now} else None
    reasons = publisher.judged(now, **{"before": before, **how})
    named = [reason for reason in reasons if reason.edit in ("aggregates", "balance")]
    assert [
        f"{'held' if reason.holds else 'remark'} {reason.score:.3g}: {reason.sentence}" for reason in named
    ] == REASONS[name]


def test_a_total_of_one_measure_alone_is_compared_with_its_members(publisher: Publisher) -> None:
    before, now = (
        {key: value for key, value in content.items() if key[:2] != ("payments", "W00")}
        for content in (figures(2023), changed(times(1.05, "JPN", years=(2023,), world=False)))
    )
    assert "aggregates" in edits_that_hold(publisher.judged(now, before))


def test_an_economy_that_had_long_stopped_most_reports_may_go(publisher: Publisher) -> None:
    """Of two measures South Africa reported one in 2005 alone; in two of two it is held back."""
    before = {
        key: value for key, value in figures(2023).items() if key[:2] != ("payments", "ZAF") or key[2] == YEARS[0]
    }
    assert "coverage" not in edits_that_hold(publisher.judged(changed(lost("ZAF", world=True)), before))


def test_what_suggests_another_growth_is_named(publisher: Publisher) -> None:
    """Of three figures of one measure alone its earlier years; after a year without a figure the years before it."""
    before, half = (
        {key: value for key, value in content.items() if key[0] == "receipts" and key[1] in ("USA", "JPN", "DEU")}
        for content in (figures(2023), changed(times(0.5, "")))
    )
    assert any("where earlier years suggest" in reason.sentence for reason in publisher.judged(half, before))
    gap, low = (
        {key: value for key, value in content.items() if key != ("receipts", "USA", 2023)}
        for content in (figures(2023), changed(times(0.2, "USA")))
    )
    assert any("% on earlier years)" in reason.sentence for reason in publisher.judged(low, gap) if reason.holds)


ISLANDS = "KOR CAN BRA ZAF MUS FJI"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("areas", "words"), [(f"{ISLANDS} FRA", "6 of 12 figures of 2024 are exactly"), (ISLANDS, ""), ("USA", "")]
)
def test_a_year_is_a_copy_where_it_repeats_more_than_twice_as_often_as_any_other(
    publisher: Publisher, areas: str, words: str
) -> None:
    """Of 13 figures, the world's with them, three of 2015 were those of 2014; the Fijian figure of 2023 is unknown."""
    before, now = figures(2023), changed(copied(areas))
    for content in (before, now):
        copied("MUS ZAF BRA", years=(2015,))(content)
        del content["receipts", "FJI", 2023]
    copies = [reason.sentence for reason in publisher.judged(now, before) if reason.edit == "repeats"]
    assert (words in " ".join(copies)) if words else not copies, copies


@pytest.mark.slow
@pytest.mark.parametrize(("last", "is_exchanged"), [(2023, True), (2022, False)])
def test_series_that_were_alike_are_exchanged_where_over_twice_as_many_figures_are_now_equal(
    publisher: Publisher, last: int, is_exchanged: bool
) -> None:
    """French and British payments were equal in six years; now in thirteen others, or in twelve."""
    before, now = figures(2023), figures()
    for content, until in ((before, 2011), (now, last + 1)):
        for year in range(2005, until):
            content["payments", "FRA", year] = content["payments", "GBR", year]
    assert ("exchanged" in edits_that_hold(publisher.judged(now, before))) == is_exchanged


@pytest.mark.slow
@pytest.mark.parametrize(("count", "is_exchanged"), [(10, True), (9, False)])
def test_series_are_exchanged_where_more_figures_are_of_the_other_than_stayed(
    publisher: Publisher, count: int, is_exchanged: bool
) -> None:
    """Of nineteen figures one is revised."""
    swap = exchanged(("receipts", "JPN"), ("receipts", "DEU"), YEARS[:count])
    reasons = publisher.judged(changed(every(swap, times(1.01, "JPN DEU", years=(2020,)))))
    assert ("exchanged" in edits_that_hold(reasons)) is is_exchanged


@pytest.mark.parametrize(("ratios", "is_exchanged"), [(frozenset(), True), (frozenset({"payments"}), False)])
def test_equal_series_of_a_first_vintage_are_exchanged_unless_equal_by_definition(
    publisher: Publisher, ratios: frozenset[str], is_exchanged: bool
) -> None:
    """France and Germany share a currency; the world has one reporter of receipts until 2013."""
    content = figures()
    for year in YEARS:
        content["payments", "FRA", year] = content["payments", "DEU", year]
        if year <= 2013:
            content["receipts", "W00", year] = content["receipts", "USA", year]
    reasons = [reason for reason in publisher.judged(content, {}, ratios=ratios) if reason.edit == "exchanged"]
    assert bool(reasons) is is_exchanged
    assert all("receipts" not in reason.sentence for reason in reasons)


def holds_of_growth(reasons: list[Reason]) -> list[str]:
    return [f"{reason.series} {reason.year}" for reason in reasons if reason.edit == "growth" and reason.holds]


@pytest.mark.slow
@pytest.mark.parametrize("before", [{}, {key: value for key, value in figures(2023).items() if key[1] != "GBR"}])
@pytest.mark.parametrize(("year", "held"), [(NEWEST, ["receipts/GBR 2024"]), (2015, [])])
def test_of_an_economy_without_an_earlier_vintage_the_newest_figure_is_judged(
    publisher: Publisher, before: Figures, year: int, held: list[str]
) -> None:
    reasons = publisher.judged(changed(times(0.5, "GBR", years=(year,), world=False)), before)
    assert holds_of_growth(reasons) == held


@pytest.mark.slow
@pytest.mark.parametrize(
    ("factor", "vintage", "limits"),
    [
        (1.35, NOW, "1.1"),
        (1.35, STALE, "1.0"),
        (1.35, date(2028, 9, 1), None),
        (1.75, NOW, "2.1"),
        (1.75, date(2030, 1, 1), "1.1"),
    ],
)
def test_a_newest_figure_may_move_further_the_longer_ago_the_vintage_before_was(
    publisher: Publisher, factor: float, vintage: date, limits: str | None
) -> None:
    reasons = publisher.judged(changed(times(factor, "USA")), vintage=vintage)
    held = [reason.sentence for reason in reasons if reason.edit == "growth" and reason.holds]
    assert [sentence.split("; ")[-1] for sentence in held] == ([f"{limits} times the limit."] if limits else [])


@pytest.mark.slow
@pytest.mark.parametrize(("unit", "limits"), [(1e7, "2.2"), (4e8, "1.2"), (1e9, None)])
def test_a_small_count_may_move_further_than_a_large_one(publisher: Publisher, unit: float, limits: str | None) -> None:
    """German receipts in units of so many dollars: 17,594, 440 and 176."""
    now, before = changed(times(1.75, "DEU", world=False)), figures(2023)
    for content in (now, before):
        content.update({key: round((value or 0) / unit) for key, value in content.items()})
    held = [reason.sentence for reason in publisher.judged(now, before) if reason.edit == "growth" and reason.holds]
    assert [sentence.split("; ")[-1] for sentence in held] == ([f"{limits} times the limit."] if limits else [])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("area", "receipts", "payments", "held"),
    [
        # 2.2 % of the receipts of all, and 1.9 %: half of the first moves the total by more than a limit of 1.25 %
        ("KOR", 0.4, 1.0, True),
        ("CAN", 0.5, 1.0, False),
        ("CAN", 3.0, 1.0, True),
        # payments that moved at least half as far are a reason for the jump of receipts
        ("GBR", 2.0, 1.5, False),
        ("GBR", 2.0, 1.3, True),
    ],
)
def test_a_jump_holds_where_it_moves_the_total_and_the_economy_did_not_jump_in_other_measures(
    publisher: Publisher, area: str, receipts: float, payments: float, held: bool
) -> None:
    now = changed(lambda content: (times(receipts, area)(content), times(payments, area, "payments")(content))[0])
    reasons = publisher.judged(now)
    assert holds_of_growth(reasons) == [f"receipts/{area} 2024"] * held
    name = {"KOR": "South Korea", "CAN": "Canada", "GBR": "United Kingdom"}[area]
    (remark,) = (reason.sentence for reason in reasons if reason.sentence.startswith("receipts: newest figures"))
    assert (f" {name} 2024" in remark) is not held


def revised(areas: str, factor: float, *years: int, measure: str = "receipts") -> Change:
    return times(factor, areas, measure, years)


ERRATUM = [revised(area, 1.02, year) for area, year in (("CAN", 2012), ("KOR", 2013), ("FRA", 2014))]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("change", "how", "held"),
    [
        # a year of age three may move by 0.13, times the root of the gap over 0.6 years
        (revised("KOR", 1.2, 2021), {}, True),
        (revised("KOR", 1.2, 2021), {"vintage": STALE}, False),
        (revised("KOR", 1.25, 2021), {"vintage": STALE}, True),
        # a lone old year of a measure with hardly another change is a misprint, its first and its last year too
        (every(*ERRATUM[:2]), {}, True),
        (every(*ERRATUM), {}, False),
        (revised("CAN", 1.02, 2005), {}, True),
        (revised("CAN", 1.02, 2023), {}, True),
        (every(*ERRATUM[:2], revised("CAN", 1.02, 2023)), {}, False),
        # editions that repeat nothing revise nothing
        (revised("KOR", 1.04, 2014, 2015), {}, False),
        (revised("KOR", 1.04, 2014, 2015), {"restates": False}, True),
        (revised("KOR", 1.02, 2014, 2015), {"restates": False}, False),
        (revised("DEU", 1.09, *YEARS, measure="payments"), {}, True),
    ],
)
def test_how_far_known_figures_may_move(publisher: Publisher, change: Change, how: dict[str, Any], held: bool) -> None:
    assert ("revision" in edits_that_hold(publisher.judged(changed(change), **how))) is held


@pytest.mark.slow
@pytest.mark.parametrize(
    ("factor", "vintage", "words"),
    [(0.975, NOW, ["2020"]), (0.975, STALE, []), (0.96, STALE, ["2020"]), (0.985, NOW, [])],
)
def test_a_shift_of_years_is_named_by_its_first(
    publisher: Publisher, factor: float, vintage: date, words: list[str]
) -> None:
    reasons = publisher.judged(changed(revised("", factor, 2020, 2021)), vintage=vintage)
    assert [str(reason.year) for reason in reasons if "12 series changed in 2020-2021" in reason.sentence] == words


@pytest.mark.slow
@pytest.mark.parametrize(
    ("count", "year", "vintage", "is_comprehensive"),
    [
        (18, 2010, NOW, False),
        (19, 2010, NOW, True),
        (28, 2010, STALE, False),
        (29, 2010, STALE, True),
        (19, 2019, NOW, True),
        (19, 2020, NOW, False),
    ],
)
def test_a_quarter_of_72_series_revised_five_years_back_is_a_comprehensive_revision(
    publisher: Publisher, count: int, year: int, vintage: date, is_comprehensive: bool
) -> None:
    """Times the root of the gap over 0.6 years. Islands move up and down, so that the median stays, others by less than counts."""
    now, small = with_islands(0), 0.028 if vintage == STALE else 0.018
    for place, area in enumerate(TINY):
        up, down = (1.05 + 0.01 * place, 0.95) if place < count else (1 + small, 1 - small)
        now["receipts", area, year] = (now["receipts", area, year] or 0) * (up if place % 2 else down)
    reasons = publisher.judged(now, with_islands(0, 2023), vintage=vintage)
    words = f"{count} of 72 series changed in {year}"
    assert any(words in reason.sentence for reason in reasons) is is_comprehensive


@pytest.mark.slow
@pytest.mark.parametrize(("factor", "years", "held"), [(1.52, 0, False), (1.6, 0, True), (1.52, 1, True)])
def test_the_newest_year_may_be_revised_further_than_the_year_before(
    publisher: Publisher, factor: float, years: int, held: bool
) -> None:
    """Of South Africa, which is of the G20 and none of the fifteen largest."""
    before = figures(2023)
    for place, area in enumerate(["AUT", "BEL", "CHE", "DNK", "ESP", "FIN", "IRL", "NLD", "NOR", "SWE"]):
        for year in range(2005, 2024):
            before["receipts", area, year] = (before["receipts", "BRA", year] or 0) + place
    now = {**before, ("receipts", "ZAF", 2023 - years): (before["receipts", "ZAF", 2023 - years] or 0) * factor}
    assert ("revision" in edits_that_hold(publisher.judged(now, before))) is held


@pytest.mark.slow
@pytest.mark.parametrize(
    ("factor", "share", "holds"), [(0.97, "", None), (0.93, "0.", False), (0.85, "1.", True), (0.75, "2.", True)]
)
def test_a_common_shift_is_remarked_from_half_its_limit(
    publisher: Publisher, factor: float, share: str, holds: bool | None
) -> None:
    reasons = publisher.judged(changed(times(factor, "")))
    shifts = [reason for reason in reasons if reason.series == "receipts" and "at the median" in reason.sentence]
    assert [(reason.holds, f"; {share}" in reason.sentence) for reason in shifts] == [(holds, True)] * bool(share)


@pytest.mark.slow
def test_without_the_year_of_other_measures_earlier_years_suggest_the_growth(publisher: Publisher) -> None:
    half = {key: value for key, value in changed(times(0.5, "")).items() if key[::2] != ("payments", NEWEST)}
    assert any("where earlier years suggest" in reason.sentence for reason in publisher.judged(half))


@pytest.mark.slow
def test_late_reports_of_an_earlier_year_are_no_growth_of_all(publisher: Publisher) -> None:
    """Four economies report 2022 with the newest year, each half of what was to be expected."""
    late = "FRA KOR CAN BRA"
    before = figures(2023)
    lost(late, (2022,))(before)
    reasons = publisher.judged(changed(times(0.5, late, years=(2022,), world=False)), before)
    assert not [reason.sentence for reason in reasons if "on the year before at the median" in reason.sentence]


@pytest.mark.slow
@pytest.mark.parametrize(("receipts", "held"), [(10.0, True), (30.0, False)])
def test_a_power_of_ten_holds_unless_the_economy_jumped_by_another_factor(
    publisher: Publisher, receipts: float, held: bool
) -> None:
    now = changed(every(times(10, "ZAF", "payments"), times(receipts, "ZAF")))
    assert ("change of kind" in edits_that_hold(publisher.judged(now))) is held


def unchanged(_: Figures) -> None:
    """No change."""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("change", "of_both", "words"),
    [
        # five known years before it, all positive, the last of at least a tenth of the usual size
        (
            times(-1, "ZAF", world=False),
            lost("ZAF", range(1900, 2019)),
            "-357.8 million after 330.3 million became zero",
        ),
        (times(-1, "ZAF", world=False), lost("ZAF", range(1900, 2020)), None),
        (times(10, "ZAF", world=False), lost("ZAF", range(1900, 2019)), "3.578 billion after 330.3 million is a power"),
        (times(10, "ZAF", world=False), lost("ZAF", range(1900, 2020)), None),
        (times(0, "ZAF"), times(0, "ZAF", years=(2010,)), None),
        (times(0, "ZAF"), times(1e-9, "ZAF", years=(2010,)), "0 after 330.3 million became zero"),
        (times(2e-9, "ZAF"), unchanged, None),
        (times(0, "ZAF"), times(0.05, "ZAF", years=(2023,)), None),
        (times(0, "ZAF"), times(0.15, "ZAF", years=(2023,)), "0 after 49.55 million became zero"),
        (times(-1, "ZAF", years=(2022, 2023)), unchanged, "became zero or changed its sign (2 years)."),
        # a revision by a power of ten but for 3 %, a new figure off by ten but for 20 %, or by more but for 30 %
        (times(10.2, "ZAF", years=(2012,)), unchanged, "2.459 billion after 241.1 million is a power of ten off"),
        (times(10.5, "ZAF", years=(2012,)), unchanged, None),
        (times(11.5, "ZAF"), unchanged, "4.114 billion after 330.3 million is a power of ten off"),
        (times(13, "ZAF"), unchanged, None),
        (times(128, "ZAF"), unchanged, "45.79 billion after 330.3 million is a power of ten off"),
        (times(140, "ZAF"), unchanged, None),
        (times(10, "FJI"), unchanged, None),
    ],
)
def test_a_change_of_kind_has_its_limits(
    publisher: Publisher, change: Change, of_both: Change, words: str | None
) -> None:
    before, now = figures(2023), figures()
    for content in (before, now):
        of_both(content)
    change(now)
    sentences = [reason.sentence for reason in publisher.judged(now, before) if reason.edit == "change of kind"]
    assert len(sentences) == bool(words)
    assert (words or "") in "".join(sentences)
