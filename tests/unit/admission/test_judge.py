"""Admission over synthetic vintages: a good update passes every edit, and each fault is stopped by its edit."""

from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

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


SCENARIOS: dict[str, tuple[Change, str, str]] = {
    # true updates
    "an economy arrives": (arrived, WITH_REMARKS, "coverage"),
    "an unknown area is left out": (unknown, WITH_REMARKS, "coverage"),
    "a run of years restated by 28 %": (times(1.28, "KOR", years=(2022, 2023)), WITH_REMARKS, "revision"),
    "one figure equal to the year before": (copied("KOR"), WITH_REMARKS, "growth"),
    "two old figures of an island gone": (lost("MUS", (2010, 2011), world=True), WITH_REMARKS, "coverage"),
    "a zero of an island": (times(0, "FJI"), WITH_REMARKS, "change of kind"),
    "an island's newest figure doubles": (times(2, "FJI"), WITH_REMARKS, "growth"),
    # the newest year
    "half a newest figure": (times(0.5, "USA"), HELD_BACK, "growth"),
    "a newest figure 1.75 times": (times(1.75, "USA"), HELD_BACK, "growth"),
    "a newest figure a quarter lower": (times(0.74, "USA"), WITH_REMARKS, "growth"),
    "a newest figure a third higher": (times(1.35, "USA"), WITH_REMARKS, "growth"),
    "a newest figure a sixth lower": (times(0.85, "USA"), WITH_REMARKS, "growth"),
    "a newest figure an eighth higher": (times(1.14, "USA"), WITH_REMARKS, "growth"),
    "half a year": (times(0.5, ""), HELD_BACK, "growth"),
    "nine months as a year": (times(0.75, ""), WITH_REMARKS, "growth"),
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
    "the world moved and no member did": (times(1.05, "W00", world=False), HELD_BACK, "aggregates"),
    "a comprehensive revision": (restated, HELD_BACK, "revision"),
}


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
    assert named, [reason.sentence for reason in reasons]


def test_a_new_year_as_usual_is_admitted_without_a_remark(publisher: Publisher) -> None:
    assert publisher.judged(figures()) == []
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


@pytest.mark.parametrize(("factor", "held"), [(1.3, False), (0.8, True)])
def test_a_leader_s_limit_is_no_wider_than_leader_most_however_it_varies(
    publisher: Publisher, factor: float, held: bool
) -> None:
    """South Korea grew and fell by a third every other year: 5.5 deviations alone would admit half of what is
    expected."""
    before, now = figures(2023), figures()
    for content in (before, now):
        times(1.35, "KOR", years=YEARS[::2])(content)
    times(factor, "KOR")(now)
    assert ("growth" in edits_that_hold(publisher.judged(now, before))) is held


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


@pytest.mark.parametrize(("change", "held"), [(times(0.5, "USA"), {"receipts"}), (lost("CHN"), set(MEASURES))])
def test_only_the_resource_in_question_is_held(publisher: Publisher, change: Change, held: set[str]) -> None:
    reasons = publisher.judged(changed(change))
    assert {resource for reason in reasons if reason.holds for resource in reason.resources} == held


RECEIPTS = {key: value for key, value in figures().items() if key[0] == "receipts"}
NO_PAYMENTS: Figures = {key: None for key in figures() if key[0] == "payments"}
WHOLE: dict[str, tuple[Figures, dict[str, Any], bool, str]] = {
    "an earlier vintage under a new date": (figures(2023), {"vintage": date(2025, 12, 1)}, False, ""),
    "the same though a release was due": (figures(2023), {"vintage": date(2026, 7, 1)}, False, "is that of"),
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
    """Figures with a region, changed, and then with the world as the sum of its members and of what is
    ``estimated``."""
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
def test_late_reports_of_an_earlier_year_are_no_growth_of_all(publisher: Publisher) -> None:
    """Four economies report 2022 with the newest year, each half of what was to be expected."""
    late = "FRA KOR CAN BRA"
    before = figures(2023)
    lost(late, (2022,))(before)
    reasons = publisher.judged(changed(times(0.5, late, years=(2022,), world=False)), before)
    assert not [reason.sentence for reason in reasons if "on the year before at the median" in reason.sentence]


def sentences(reasons: list[Reason], edit: str, *, holds: bool = False) -> str:
    return " ".join(reason.sentence for reason in reasons if reason.edit == edit and reason.holds is holds)


@pytest.mark.parametrize(
    ("areas", "vintage", "holds"),
    [("GBR CHN", date(2026, 7, 1), False), ("USA DEU", date(2026, 7, 1), True), ("USA DEU", NOW, False)],
)
def test_an_incomplete_newest_year_is_compared_with_the_one_before_at_its_age(
    publisher: Publisher, areas: str, vintage: date, holds: bool
) -> None:
    """The year before was published a year and a half after its end; half a year earlier less may have been
    reported."""
    reasons = publisher.judged(changed(lost(areas, (NEWEST,), world=True)), vintage=vintage)
    assert f"{NEWEST} lacks 2 series" in sentences(reasons, "completeness", holds=holds)
    assert outcome(reasons) == (HELD_BACK if holds else WITH_REMARKS)


@pytest.mark.parametrize("factor", [0.98, 1.012, 1.015])
@pytest.mark.parametrize("area", ["USA", "JPN", "GBR"])
def test_one_late_reporter_that_revised_a_figure_is_named_and_not_held(
    publisher: Publisher, area: str, factor: float
) -> None:
    reasons = publisher.judged(changed(times(factor, area, years=(2022,))))
    assert outcome(reasons) == WITH_REMARKS
    assert "1 large series were revised" in sentences(reasons, "revision")


def test_three_restated_years_of_a_leader_are_named_with_their_years_and_the_largest_effect_comes_first(
    publisher: Publisher,
) -> None:
    now = changed(lambda content: times(1.09, "KOR", "payments", (2022,))(content))
    for year, factor in ((2021, 1.03), (2022, 1.06), (2023, 1.09)):
        times(factor, "DEU", "payments", (year,))(now)
    assert "Germany 2021-2023 +3 % to +9 %, South Korea 2022 +9 %" in sentences(publisher.judged(now), "revision")


@pytest.mark.parametrize("change", [times(0.5, "USA"), times(1.3, "DEU", "payments", YEARS), lost("CHN"), copied("")])
def test_the_verdict_on_a_resource_does_not_depend_on_which_others_come_with_it(
    publisher: Publisher, change: Change
) -> None:
    now, before = changed(change), figures(2023)
    together = publisher.judged(now, before)
    for measure in MEASURES:
        alone = publisher.judged({key: value for key, value in now.items() if key[0] == measure}, before)
        of_both = [reason.sentence for reason in together if measure in reason.resources and reason.holds]
        assert [reason.sentence for reason in alone if reason.holds] == of_both


def test_exchanged_codes_are_held_and_equalities_that_are_not_new_are_none(publisher: Publisher) -> None:
    """Two economies may share a currency, and the world may have one reporter."""
    content = figures()
    for year in YEARS:
        content["payments", "FRA", year] = content["payments", "DEU", year]
    lost(" ".join(area for area in AREAS if area != "USA"), range(2005, 2014))(content)
    for year in range(2005, 2014):
        content["receipts", "W00", year] = content["receipts", "USA", year]
    first = publisher.judged(content, {})
    assert "France, payments has" in sentences(first, "exchanged")
    assert "World" not in sentences(first, "exchanged")
    again = publisher.judged(content, {key: value for key, value in content.items() if key[2] < NEWEST})
    assert "exchanged" not in {reason.edit for reason in again}
    swapped = after(dict(content), exchanged(("payments", "JPN"), ("payments", "GBR"), YEARS[9:]))
    assert "exchanged" in edits_that_hold(publisher.judged(swapped, content))


@pytest.mark.parametrize(("level", "held"), [(1e9, False), (1e-10, True)])
def test_a_redenominated_rate_is_a_remark_and_a_fraction_for_a_percentage_is_held(
    publisher: Publisher, level: float, held: bool
) -> None:
    before: Figures = {key: (value or 0) * level / (1 if level > 1 else 10) for key, value in figures(2023).items()}
    now: Figures = {key: (value or 0) * level / (1 if level > 1 else 10) for key, value in figures().items()}
    for year in YEARS:
        now["payments", "ZAF", year] = (now["payments", "ZAF", year] or 0) / 1000
    reasons = publisher.judged(now, before, ratios=frozenset({"payments"}))
    named = [reason for reason in reasons if reason.series == "payments/ZAF" and reason.resources == ("payments",)]
    assert {reason.holds for reason in named if reason.edit in ("change of kind", "revision")} >= {held}
    assert any(reason.holds for reason in named) is held


def test_figures_that_a_third_vintage_withdraws_are_held_when_they_are_of_a_leader(publisher: Publisher) -> None:
    """The second brought the newest year, the third lacks it."""
    second, third = figures(), changed(lost("USA", (NEWEST,), world=True))
    assert "United States 2024" in sentences(publisher.judged(third, second), "coverage", holds=True)


@pytest.mark.parametrize("factor", [0.8, 0.91, 1.2])
def test_the_newest_world_is_compared_with_members_that_have_both_years(publisher: Publisher, factor: float) -> None:
    """A third of the total has not reported: the world may be the sum of those that have, or contain an estimate."""
    late, before = "JPN DEU GBR", figures(2023)
    added = changed(lost(late, (NEWEST,), world=True))
    assert "aggregates" not in {reason.edit for reason in publisher.judged(added, before)}
    estimated = changed(lost(late, (NEWEST,)))
    assert "aggregates" not in {reason.edit for reason in publisher.judged(estimated, before)}
    base = added if factor < 1 else estimated
    wrong = after(dict(base), times(factor, "W00", world=False))
    assert "aggregates" in edits_that_hold(publisher.judged(wrong, before))
