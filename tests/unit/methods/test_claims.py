"""The claim audit: every verdict by a case worked by hand, and what must hold for all claims."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.contracts.metric import KEY
from orchestration.methods.claim_audit import AUDIT_SCHEMA, DIMENSIONS, audit, audit_batches, audit_table
from orchestration.methods.revision_size import KIN, OWN, SERIES, LargestRevision, RevisionSizes

SAID_ON = date(2025, 5, 7)
BEFORE, LATER, LATEST = date(2025, 4, 1), date(2025, 12, 17), date(2026, 7, 1)
UNITS = {"USD": "US dollars", "PT": "percent", "PN": ""}
SOURCES = {"ip_receipts": "world_bank", "digital_share_of_trade": "unctad with world_bank"}

CLAIM: dict[str, Any] = {
    "claim_id": "one",
    "metric_id": "ip_receipts",
    "measure": "receipts",
    "area": "USA",
    "counterpart_area": "W00",
    "item": "SH",
    "clock": "reference_year",
    "authority": "_Z",
    "year": 2024,
    "value": 144.5e9,
    "unit": "USD",
    "tolerance": 0.05e9,
    "said_on": SAID_ON,
    "needs": None,
}
FIGURE: dict[str, Any] = {
    "metric_id": "ip_receipts",
    "measure": "receipts",
    "area": "USA",
    "counterpart_area": "W00",
    "item": "SH",
    "clock": "reference_year",
    "authority": "_Z",
    "year": 2024,
    "base_year": None,
    "value": 169.52e9,
    "unit": "USD",
    "obs_status": "A",
    "basis": "reported",
    "source": "world_bank",
    "vintage": LATEST,
    "is_latest": True,
}
PROJECTION: dict[str, Any] = CLAIM | {
    "metric_id": "trade_projection",
    "measure": "deliverable",
    "area": "W00",
    "item": "_T",
    "year": 2040,
    "value": 37.2,
    "unit": "PT",
    "tolerance": 0.05,
}


def claim(**changes: Any) -> dict[str, Any]:
    return CLAIM | changes


def figure(**changes: Any) -> dict[str, Any]:
    return FIGURE | changes


def projection(**changes: Any) -> dict[str, Any]:
    own = {name: PROJECTION[name] for name in ("metric_id", "measure", "area", "item", "year", "unit")}
    return FIGURE | own | {"value": 17.4, "source": "publications", "vintage": date(2025, 1, 21)} | changes


def frames(claims: list[dict[str, Any]], figures: list[dict[str, Any]]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Both as a database hands them out: equal words are not one object."""
    apart = [
        [{name: "".join(one) if isinstance(one, str) else one for name, one in row.items()} for row in rows]
        for rows in (claims, figures)
    ]
    return pd.DataFrame(apart[0], columns=list(CLAIM)), pd.DataFrame(apart[1], columns=list(FIGURE))


def audited(said: dict[str, Any], *figures: dict[str, Any]) -> dict[str, Any]:
    """The one row of the audit of one claim, empty cells as None."""
    (row,) = audit_table(*frames([said], list(figures)), SOURCES, UNITS).to_pylist()
    return dict(row)


def numbers(row: dict[str, Any]) -> tuple[Any, ...]:
    return (row["vintage_when_said"], row["value_when_said"], row["vintage_latest"], row["value_latest"])


def test_a_claim_that_the_latest_vintage_fits_is_confirmed() -> None:
    row = audited(claim(), figure(value=144.46e9, vintage=BEFORE), figure(value=144.54e9))
    assert row["verdict"] == "confirmed"
    assert numbers(row) == (BEFORE, 144.46e9, LATEST, 144.54e9)
    assert row["deviation_percent"] == pytest.approx(-0.0277, abs=1e-4)
    assert (row["missing_input"], row["fits_metric"]) == (None, None)


def test_the_edge_of_the_tolerance_still_fits_and_what_lies_beyond_does_not() -> None:
    assert audited(claim(), figure(value=144.55e9))["verdict"] == "confirmed"
    before = figure(value=150e9, vintage=BEFORE)
    assert audited(claim(), before, figure(value=144.5501e9))["verdict"] == "contradicted"


def test_a_claim_true_in_the_vintage_current_then_and_revised_since_is_superseded() -> None:
    row = audited(claim(), figure(value=144.5e9, vintage=BEFORE), figure(vintage=LATER), figure())
    assert row["verdict"] == "superseded"
    assert numbers(row) == (BEFORE, 144.5e9, LATEST, 169.52e9)
    assert (
        "the vintage current when the claim was made on 2025-05-07, 2025-04-01, gave 144.5 billion US dollars"
        in (row["explanation"])
    )


def test_of_two_figures_elsewhere_the_nearest_is_named() -> None:
    elsewhere = [
        figure(measure="payments", source=one, value=value) for one, value in (("a", 144.46e9), ("b", 144.52e9))
    ]
    row = audited(claim(), figure(), *elsewhere)
    assert (row["verdict"], row["fits_value"]) == ("misattributed", 144.52e9)


def test_the_vintage_current_then_is_the_newest_one_on_that_day_or_before() -> None:
    row = audited(
        claim(), figure(value=1e9, vintage=date(2025, 1, 1)), figure(value=144.5e9, vintage=SAID_ON), figure()
    )
    assert (row["verdict"], row["vintage_when_said"]) == ("superseded", SAID_ON)


def test_a_claim_that_nothing_fits_is_contradicted_with_both_numbers() -> None:
    row = audited(claim(), figure(value=150e9, vintage=BEFORE), figure())
    assert row["verdict"] == "contradicted"
    assert numbers(row) == (BEFORE, 150e9, LATEST, 169.52e9)
    assert row["deviation_percent"] == pytest.approx((144.5 - 169.52) / 169.52 * 100)
    assert row["missing_input"] is None


REVISED = (figure(year=2001, value=49.489e9, vintage=LATER), figure(year=2001, value=41.004e9))
"""The receipts of 2001 before and after their revision: the older is 20.7 percent above the newer, 8.485 / 41.004."""


def test_a_gap_within_the_series_own_revisions_leaves_open_whether_it_was_right_when_said() -> None:
    """144.5 is 25.02 below 169.52, 14.8 percent of it, and the series has moved by 20.7 percent."""
    row = audited(claim(), *REVISED, figure(vintage=LATER), figure())
    assert row["verdict"] == "differs_now"
    assert numbers(row) == (None, None, LATEST, 169.52e9)
    assert row["largest_revision_percent"] == pytest.approx(8.485 / 41.004 * 100)
    assert row["largest_revision_of"] == "series"
    assert "the earliest vintage held, 2025-12-17, is later" in row["explanation"]
    assert "the series has moved by up to 20.7 percent; beside the gap of 14.8 percent" in row["explanation"]
    assert "a vintage of 2025-05-07 or before would decide" in row["explanation"]
    assert row["missing_input"] == "ip_receipts: receipts, USA, item SH of 2024 in a vintage of 2025-05-07 or before"
    assert row["source_that_would_bring_it"] == "world_bank"


def test_a_gap_beyond_every_revision_of_the_series_is_contradicted_without_the_vintage_of_the_time() -> None:
    """114.5 is 32.5 percent below 169.52."""
    row = audited(claim(value=114.5e9), *REVISED, figure(vintage=LATER), figure())
    assert row["verdict"] == "contradicted"
    assert "moved by up to 20.7 percent, less than the gap of 32.5 percent" in row["explanation"]
    assert row["missing_input"] == "ip_receipts: receipts, USA, item SH of 2024 in a vintage of 2025-05-07 or before"


@pytest.mark.parametrize(("value", "verdict"), [(79.95e9, "differs_now"), (79.85e9, "contradicted")])
def test_the_gap_is_measured_from_the_near_end_of_the_tolerance_as_a_share_of_the_newer_figure(
    value: float, verdict: str
) -> None:
    """A revision from 80 to 100 is a fifth of the newer figure, not a quarter of the older."""
    moved = (figure(year=2001, value=80e9, vintage=LATER), figure(year=2001, value=100e9))
    assert audited(claim(value=value, tolerance=0.1e9), *moved, figure(value=100e9))["verdict"] == verdict


def test_a_revision_counts_between_any_two_vintages_and_not_only_successive_ones() -> None:
    steps = [figure(year=2001, value=value, vintage=day) for value, day in ((80e9, LATER), (90e9, date(2026, 1, 1)))]
    row = audited(claim(value=81e9), *steps, figure(year=2001, value=100e9), figure(value=100e9))
    assert (row["verdict"], row["largest_revision_percent"]) == ("differs_now", pytest.approx(20.0))


def test_the_vintage_of_the_time_decides_however_far_the_series_has_moved() -> None:
    row = audited(claim(), *REVISED, figure(value=150e9, vintage=BEFORE), figure())
    assert (row["verdict"], row["missing_input"]) == ("contradicted", None)


def test_a_series_of_one_vintage_is_measured_by_the_metrics_series_of_its_source() -> None:
    others = [row | {"area": "DEU"} for row in REVISED]
    row = audited(claim(), *others, figure())
    assert (row["verdict"], row["largest_revision_of"]) == ("differs_now", "metric_of_source")
    assert "those of ip_receipts from world_bank have moved by up to 20.7 percent" in row["explanation"]
    assert audited(claim(value=114.5e9), *others, figure())["verdict"] == "contradicted"
    another = [row | {"source": "bea"} for row in others]
    assert audited(claim(value=114.5e9), *another, figure())["largest_revision_percent"] is None


def test_where_nothing_is_known_of_revisions_the_claim_differs_from_todays_figure() -> None:
    row = audited(claim(value=1e9), figure())
    assert (row["verdict"], row["largest_revision_percent"]) == ("differs_now", None)
    assert "one vintage of ip_receipts from world_bank is held" in row["explanation"]


def test_estimates_from_reports_and_figures_between_two_years_are_no_revisions() -> None:
    growth = [row | {"base_year": 1990} for row in REVISED]
    balanced = [row | {"basis": "balanced"} for row in REVISED]
    assert audited(claim(), *growth, *balanced, figure())["largest_revision_percent"] is None


def test_one_open_series_is_enough_to_leave_the_claim_open() -> None:
    """By the World Bank the claim was wrong when it was made; what the other publisher said then is not known."""
    row = audited(
        claim(), figure(value=150e9, vintage=BEFORE), figure(), figure(source="bea", value=160e9, vintage=LATER)
    )
    assert (row["verdict"], row["source"]) == ("differs_now", "bea")


def test_a_claim_whose_day_is_not_known_is_measured_by_revisions_alone() -> None:
    row = audited(claim(said_on=None), *REVISED, figure(value=150e9, vintage=BEFORE), figure())
    assert (row["verdict"], row["vintage_when_said"]) == ("differs_now", None)
    assert "the day on which it was said is not given" in row["explanation"]
    assert audited(claim(said_on=None, value=169.52e9), figure())["verdict"] == "confirmed"


def test_an_old_figure_repeated_after_its_revision_is_contradicted_and_recognised() -> None:
    row = audited(
        claim(), figure(value=144.5e9, vintage=date(2025, 1, 1)), figure(value=150e9, vintage=BEFORE), figure()
    )
    assert row["verdict"] == "contradicted"
    assert (
        "it fits the vintage of 2025-01-01 of world_bank, 144.5 billion US dollars, which was not" in row["explanation"]
    )
    unknown = audited(claim(said_on=None), figure(value=144.5e9, vintage=BEFORE), figure())
    assert "it fits the vintage of 2025-04-01 of world_bank, 144.5 billion US dollars; " in unknown["explanation"]


@pytest.mark.parametrize(
    ("then", "words"),
    [
        (150e9, "the vintage current when the claim was made on 2025-05-07, 2025-04-01, gave 150 billion US dollars"),
        (180e9, "the vintage current when the claim was made on 2025-05-07, 2025-04-01, gave 180 billion US dollars"),
        (169.52e9, "it was the same when the claim was made on 2025-05-07"),
    ],
)
def test_the_figure_of_the_time_is_named_where_it_was_another(then: float, words: str) -> None:
    row = audited(claim(), figure(value=then, vintage=BEFORE), figure())
    assert (row["verdict"], row["missing_input"]) == ("contradicted", None)
    assert f" in the vintage of 2026-07-01; {words}." in row["explanation"]


def test_a_figure_of_its_own_metric_in_an_old_vintage_is_never_called_another_measures() -> None:
    other = figure(metric_id="other", measure="other", value=144.5e9)
    row = audited(claim(), figure(value=144.5e9, vintage=LATER), figure(), other)
    assert (row["verdict"], row["fits_metric"]) == ("differs_now", None)


def test_the_share_of_all_services_said_to_be_that_of_digital_ones_is_misattributed() -> None:
    row = audited(PROJECTION, projection(), projection(measure="all_services", item="S", value=37.2))
    assert row["verdict"] == "misattributed"
    assert (row["fits_metric"], row["fits_measure"], row["fits_item"]) == ("trade_projection", "all_services", "S")
    assert (row["fits_year"], row["fits_value"], row["value_latest"]) == (2040, 37.2, 17.4)
    assert "the figure is that of all_services, item S, 37.2 percent by publications" in row["explanation"]


@pytest.mark.parametrize(
    "changes",
    [
        {"unit": "PN"},
        {"year": 2039},
        {"area": "DEU"},
        {"area": "USA", "counterpart_area": "CHN"},
        {"value": 37.3},
        {"value": None, "obs_status": "Q"},
        {"base_year": 2018},
    ],
)
def test_no_match_by_accident(changes: dict[str, Any]) -> None:
    row = audited(PROJECTION, projection(), projection(measure="all_services", value=37.2) | changes)
    assert (row["verdict"], row["fits_metric"]) == ("contradicted", None)


@pytest.mark.parametrize(
    ("claimed", "held", "fits"),
    [
        (("USA", "CHN"), ("CHN", "USA"), True),
        (("USA", "CHN"), ("USA", "W00"), True),
        (("USA", "CHN"), ("W00", "CHN"), True),
        (("USA", "CHN"), ("USA", "JPN"), False),
        (("USA", "CHN"), ("W00", "W00"), False),
        (("USA", "W00"), ("W00", "USA"), True),
        (("USA", "W00"), ("USA", "CHN"), False),
        (("USA", "W00"), ("W00", "W00"), False),
        (("W00", "W00"), ("USA", "W00"), False),
    ],
)
def test_a_figure_of_the_same_economies_is_recognised(
    claimed: tuple[str, str], held: tuple[str, str], fits: bool
) -> None:
    """Whichever way round, and of one of them with the world; never of anybody else."""
    own, other = ({"area": area, "counterpart_area": partner} for area, partner in (claimed, held))
    elsewhere = figure(**other, measure="payments", value=144.5e9)
    row = audited(claim(**own), figure(**own, vintage=BEFORE), figure(**own), elsewhere)
    assert row["verdict"] == ("misattributed" if fits else "contradicted")


FAR, NEAR = {"value": 7.84e9, "vintage": BEFORE}, {"value": 7.8e9, "vintage": LATEST}
LIKELIER: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "its own metric": (FAR, NEAR | {"metric_id": "another"}),
    "the same pair": (FAR, NEAR | {"counterpart_area": "W00"}),
    "the pair the same way round": (FAR, NEAR | {"area": "CHN", "counterpart_area": "USA"}),
    "the same measure": (FAR | {"measure": "receipts", "item": "S"}, NEAR),
    "the same item": (FAR, NEAR | {"item": "S"}),
    "the same clock": (FAR, NEAR | {"clock": "grant_year"}),
    "the same authority": (FAR, NEAR | {"authority": "US50"}),
    "the nearest from above": ({"value": 7.81e9, "vintage": BEFORE}, {"value": 7.82e9}),
    "the nearest from below": ({"value": 7.79e9, "vintage": BEFORE}, {"value": 7.78e9}),
    "the newest": (NEAR | {"vintage": LATER}, NEAR | {"vintage": BEFORE}),
}


@pytest.mark.parametrize("name", LIKELIER)
def test_of_several_figures_that_fit_the_likeliest_is_named(name: str) -> None:
    """Metric, pair, measure, item and clock count before the distance, and the distance before the vintage."""
    pair = {"counterpart_area": "CHN", "measure": "payments"}
    likelier, other = (
        figure(**pair | {"source": source} | one) for source, one in zip(("z", "a"), LIKELIER[name], strict=True)
    )
    own = [figure(counterpart_area="CHN", value=9e9, vintage=day) for day in (BEFORE, LATEST)]
    row = audited(claim(counterpart_area="CHN", value=7.8e9), *own, other, likelier)
    assert (row["verdict"], row["fits_value"]) == ("misattributed", likelier["value"])
    assert f" by z in the vintage of {likelier['vintage']}" in row["explanation"]


@pytest.mark.parametrize(("tolerance", "verdict"), [(1.445e9, "misattributed"), (1.446e9, "contradicted")])
def test_a_claim_is_recognised_elsewhere_to_one_percent(tolerance: float, verdict: str) -> None:
    own = [figure(vintage=BEFORE), figure()]
    assert audited(claim(tolerance=tolerance), *own, figure(metric_id="other", value=145e9))["verdict"] == verdict


def test_a_claim_of_zero_is_recognised_in_no_other_metric() -> None:
    own = [figure(vintage=BEFORE), figure()]
    nothing = claim(value=0.0, tolerance=0.0)
    assert audited(nothing, *own, figure(metric_id="other", value=0.0))["verdict"] == "contradicted"
    assert audited(nothing, *own, figure(measure="payments", value=0.0))["verdict"] == "misattributed"


def test_a_third_economys_figure_is_not_taken_for_a_pairs() -> None:
    pair = claim(counterpart_area="CHN", value=7.8e9)
    held = figure(counterpart_area="CHN", value=9e9, vintage=BEFORE)
    assert audited(pair, held, figure(area="JPN", counterpart_area="CHN", value=7.8e9))["verdict"] == "contradicted"
    assert audited(pair, held, figure(counterpart_area="JPN", value=7.8e9))["verdict"] == "contradicted"
    swapped = audited(pair, held, figure(area="CHN", counterpart_area="USA", value=7.8e9))
    assert swapped["verdict"] == "misattributed"
    assert "CHN with USA" in swapped["explanation"]


def test_the_same_metrics_other_measures_come_before_other_metrics() -> None:
    nearer = projection(metric_id="another", measure="anything", value=37.2)
    same = projection(measure="all_services", value=37.16)
    assert audited(PROJECTION, projection(), nearer, same)["fits_metric"] == "trade_projection"
    assert audited(PROJECTION, projection(), nearer)["fits_metric"] == "another"


def test_a_round_figure_is_recognised_in_its_own_metric_only() -> None:
    said = PROJECTION | {"value": 37.0, "tolerance": 0.5}
    assert audited(said, projection(), projection(metric_id="another", value=37.2))["verdict"] == "contradicted"
    assert audited(said, projection(), projection(measure="all_services", value=37.2))["verdict"] == "misattributed"


def test_a_claim_without_a_figure_is_not_verifiable_and_says_what_would_change_that() -> None:
    row = audited(claim(), figure(year=2023, value=144.5e9))
    assert row["verdict"] == "not_verifiable"
    assert numbers(row) == (None, None, None, None)
    assert (row["deviation_percent"], row["source"]) == (None, None)
    assert row["missing_input"] == "ip_receipts: receipts, USA, item SH of 2024 in USD"
    assert row["source_that_would_bring_it"] == "world_bank"
    assert "144.5 billion US dollars" in row["explanation"]


def test_the_claims_own_words_on_what_it_needs_come_first() -> None:
    assert audited(claim(needs="BEA IntlServTrade"))["source_that_would_bring_it"] == "BEA IntlServTrade"


def test_a_metric_that_nobody_describes_is_named() -> None:
    row = audited(claim(metric_id="unheard_of"))
    assert row["source_that_would_bring_it"] == "a source that feeds unheard_of (its description names none)"


def test_a_suppressed_figure_is_not_zero_but_not_verifiable() -> None:
    row = audited(claim(), figure(value=None, obs_status="Q"))
    assert row["verdict"] == "not_verifiable"
    assert "world_bank marks it Q in the vintage of 2026-07-01 and gives no figure" in row["explanation"]


def test_a_figure_in_another_unit_is_not_compared() -> None:
    row = audited(claim(), figure(unit="PT", value=144.5e9))
    assert row["verdict"] == "not_verifiable"
    assert "held in PT only" in row["explanation"]


@pytest.mark.parametrize("changes", [{"clock": "grant_year", "authority": "US50"}, {"authority": "US50"}])
def test_a_figure_of_another_clock_or_authority_is_not_compared(changes: dict[str, Any]) -> None:
    row = audited(claim(), figure(value=144.5e9) | changes)
    assert row["verdict"] == "not_verifiable"
    assert f"held by {changes.get('clock', 'reference_year').replace('_', ' ')} at US50 only" in row["explanation"]
    assert audited(claim() | changes, figure(value=144.5e9) | changes)["verdict"] == "confirmed"


@pytest.mark.parametrize("area", ["ALB", "ZWE"])
def test_a_figure_of_another_economy_by_another_clock_is_not_said_to_be_held(area: str) -> None:
    row = audited(claim(), figure(area=area, clock="grant_year", authority="US50"))
    assert row["verdict"] == "not_verifiable"
    assert "; no figure is held; " in row["explanation"]


def test_a_claim_that_fits_another_clock_is_misattributed() -> None:
    row = audited(claim(), figure(), figure(clock="filing_year", value=144.5e9))
    assert (row["verdict"], row["fits_measure"]) == ("misattributed", "receipts")
    assert "the figure is that of receipts, by filing year, 144.5 billion US dollars" in row["explanation"]


def test_the_dimensions_of_a_claim_are_those_of_the_metric_contract() -> None:
    assert set(KEY) - set(DIMENSIONS) == {"year", "base_year", "source", "basis", "vintage"}
    assert set(DIMENSIONS) <= set(KEY)


def test_one_fitting_source_confirms_and_the_others_are_named() -> None:
    row = audited(claim(), figure(), figure(source="bea", value=144.5e9, vintage=LATER))
    assert (row["verdict"], row["source"], row["value_latest"]) == ("confirmed", "bea", 144.5e9)
    assert "also held: world_bank (reported) 169.52 billion US dollars" in row["explanation"]


def test_an_older_vintage_of_another_source_that_fits_does_not_confirm() -> None:
    row = audited(
        claim(),
        figure(),
        figure(source="bea", value=144.5e9, vintage=BEFORE),
        figure(source="bea", value=160e9, vintage=LATER),
    )
    assert (row["verdict"], row["source"], row["value_latest"]) == ("superseded", "bea", 160e9)


def test_of_equally_new_series_the_reported_one_is_beside_the_claim() -> None:
    row = audited(claim(), figure(basis="mirrored", value=1e9), figure(basis="reported"))
    assert (row["basis"], row["value_latest"]) == ("reported", 169.52e9)


def test_a_latest_figure_of_zero_has_no_deviation() -> None:
    row = audited(claim(), figure(value=0.0))
    assert (row["verdict"], row["value_latest"], row["deviation_percent"]) == ("differs_now", 0.0, None)


def test_the_deviation_has_the_sign_of_the_claims_excess() -> None:
    assert audited(claim(value=-50.0, tolerance=1.0), figure(value=-100.0))["deviation_percent"] == 50.0


def test_no_claims_give_an_empty_table_of_the_same_shape() -> None:
    table = audit_table(*frames([], [figure()]), SOURCES, UNITS)
    assert (table.num_rows, table.schema) == (0, AUDIT_SCHEMA)


@pytest.mark.parametrize(
    "given", [pd.to_datetime, lambda days: days.astype(str), lambda days: days.astype(str) + "T00:00"]
)
def test_dates_may_come_as_timestamps_or_text_as_a_database_hands_them_out(given: Any) -> None:
    claims, values = frames([claim()], [figure(value=144.5e9, vintage=BEFORE), figure()])
    claims["said_on"], values["vintage"] = given(claims["said_on"]), given(values["vintage"])
    assert audit(claims, values, SOURCES, UNITS)["verdict"].tolist() == ["superseded"]


def test_years_are_integers_also_where_one_is_missing_and_batches_give_the_same() -> None:
    given = frames([claim(), claim(claim_id="two", value=1.0)], [figure(), figure(measure="payments", value=144.5e9)])
    found = audit(*given, SOURCES, UNITS)
    assert found["year"].tolist() == [2024, 2024]
    assert (str(found["fits_year"].dtype), found["fits_year"][0], found["fits_year"].isna()[1]) == ("Int32", 2024, True)
    readers = [pa.Table.from_pandas(one, preserve_index=False).to_reader(max_chunksize=1) for one in given]
    (batch,) = audit_batches(readers[0], readers[1], SOURCES, UNITS)
    assert pa.Table.from_batches([batch]).equals(audit_table(*given, SOURCES, UNITS))


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (1e12, "1 trillion US dollars"),
        (999_990e6, "999.99 billion US dollars"),
        (-1e9, "-1 billion US dollars"),
        (999.9e6, "999.9 million US dollars"),
        (1e6, "1 million US dollars"),
        (999_990.0, "999,990 US dollars"),
        (123_456.0, "123,460 US dollars"),
        (0.00123456, "0.0012346 US dollars"),
    ],
)
def test_a_figure_is_written_with_five_digits(value: float, words: str) -> None:
    assert audited(claim(value=value))["explanation"].startswith(
        f"Claimed {words} for ip_receipts: receipts, USA, item SH"
    )


def test_a_total_has_no_item_and_a_measure_that_is_the_metric_is_named_once() -> None:
    row = audited(claim(item="_T", measure="ip_receipts", counterpart_area="CHN"))
    assert row["missing_input"] == "ip_receipts, USA with CHN of 2024 in USD"


def test_three_other_series_are_named_and_the_rest_counted() -> None:
    others = [figure(source=source, value=1e9 * place, vintage=LATER) for place, source in enumerate("abcdefg", 1)]
    said = "also held: a (reported) 1 billion US dollars, b (reported) 2 billion US dollars, c (reported) 3 billion US dollars"
    assert audited(claim(), figure(), *others)["explanation"].endswith(f"; {said} and 4 more.")
    assert audited(claim(), figure(), *others[:3])["explanation"].endswith(f"; {said}.")


# The size of revisions


def sizes(*values: tuple[float | None, date], **other: Any) -> LargestRevision | None:
    """The largest revision of one series of one year, beside figures of others."""
    rows = [figure(value=value, vintage=day) for value, day in values]
    given = frames([], [*rows, figure(**{"source": "bea", "value": 1.0} | other)])[1]
    return RevisionSizes(given).of(tuple(FIGURE[name] for name in SERIES))


@pytest.mark.parametrize(
    ("older", "newer", "share"),
    [
        (80.0, 100.0, 0.2),
        (120.0, 100.0, 0.2),
        (-80.0, -100.0, 0.2),
        (-100.0, 100.0, 2.0),
        (0.0, 100.0, 1.0),
        (100.0, 100.0, 0.0),
        (0.1 + 0.2, 0.3, 0.0),
        (100.0, 100.0000002, 2e-9),
    ],
)
def test_a_revision_is_a_share_of_the_newer_figure_and_other_last_digits_are_none(
    older: float, newer: float, share: float
) -> None:
    found = sizes((newer, LATEST), (older, LATER))
    assert found is not None
    assert found.share == pytest.approx(share, rel=1e-6, abs=0)
    assert found.scope == OWN


def test_what_became_zero_or_has_no_figure_is_no_revision() -> None:
    assert sizes((0.0, LATEST), (5.0, LATER)) is None
    assert sizes((5.0, LATEST), (None, LATER)) is None
    assert sizes((5.0, LATEST), (4.0, LATER), source="world_bank", area="DEU") == LargestRevision(0.2, OWN)


def test_a_series_of_one_vintage_takes_the_largest_revision_of_its_metric_and_source() -> None:
    others = [figure(area=area, value=value, vintage=day) for area, value, day in (
        ("DEU", 90.0, LATER), ("DEU", 100.0, LATEST), ("FRA", 70.0, LATER), ("FRA", 100.0, LATEST),
    )]  # fmt: skip
    given = frames(
        [], [figure(), *others, figure(source="bea", value=1.0, vintage=LATER), figure(source="bea", value=9.0)]
    )[1]
    found = RevisionSizes(given).of(tuple(FIGURE[name] for name in SERIES))
    assert found is not None
    assert found.share == pytest.approx(0.3)
    assert found.scope == KIN


def test_every_row_of_the_frame_has_the_columns_of_the_schema_in_order_of_claims() -> None:
    result = audit(*frames([claim(claim_id="b"), claim(claim_id="a")], [figure()]), SOURCES, UNITS)
    assert list(result.columns) == AUDIT_SCHEMA.names
    assert result["claim_id"].tolist() == ["a", "b"]


VALUES = st.floats(min_value=1e-3, max_value=1e13)
KEYS = st.fixed_dictionaries(
    {
        "metric_id": st.sampled_from(["ip_receipts", "other"]),
        "measure": st.sampled_from(["receipts", "share"]),
        "area": st.sampled_from(["USA", "CHN", "W00"]),
        "counterpart_area": st.sampled_from(["W00", "CHN"]),
        "item": st.sampled_from(["SH", "S"]),
        "value": st.sampled_from([144.5e9, 144.53e9, 169.52e9, None]),
        "source": st.sampled_from(["world_bank", "bea"]),
        "vintage": st.sampled_from([BEFORE, LATER, LATEST]),
    }
)
FIGURES = st.lists(
    KEYS.map(lambda changes: figure(**changes)),
    max_size=12,
    unique_by=lambda row: tuple(row[name] for name in FIGURE if name not in ("value", "base_year")),
)


@given(value=VALUES, older=VALUES)
def test_a_claim_equal_to_the_latest_is_confirmed(value: float, older: float) -> None:
    row = audited(claim(value=value, tolerance=value * 1e-6), figure(value=older, vintage=BEFORE), figure(value=value))
    assert (row["verdict"], row["deviation_percent"]) == ("confirmed", 0.0)


@given(figures=FIGURES, exponent=st.integers(min_value=-20, max_value=20))
def test_scaling_figures_and_claim_together_changes_no_verdict(figures: list[dict[str, Any]], exponent: int) -> None:
    factor = 2.0**exponent
    scaled = [row | {"value": None if row["value"] is None else row["value"] * factor} for row in figures]
    before = audited(claim(), *figures)
    after = audited(claim(value=144.5e9 * factor, tolerance=0.05e9 * factor), *scaled)
    for name in ("verdict", "vintage_when_said", "vintage_latest", "deviation_percent", "source", "fits_measure"):
        assert after[name] == before[name]


@settings(max_examples=50)
@given(figures=FIGURES, data=st.data())
def test_the_order_of_rows_does_not_matter(figures: list[dict[str, Any]], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(figures))
    assert audited(claim(), *shuffled) == audited(claim(), *figures)


@given(figures=FIGURES)
def test_no_verdict_without_its_numbers(figures: list[dict[str, Any]]) -> None:
    row = audited(claim(), *figures)
    if row["verdict"] == "not_verifiable":
        assert (row["value_latest"], row["vintage_latest"]) == (None, None)
        assert row["missing_input"]
        assert row["source_that_would_bring_it"]
        return
    assert None not in (row["value_latest"], row["vintage_latest"], row["deviation_percent"], row["source"])
    assert (row["vintage_when_said"] is None) == (row["value_when_said"] is None)
    fits = abs(row["value_latest"] - row["claimed_value"]) <= row["tolerance"]
    assert fits == (row["verdict"] == "confirmed")
    assert (row["fits_metric"] is not None) == (row["verdict"] == "misattributed")
    if row["verdict"] == "differs_now":
        assert (row["value_when_said"], row["missing_input"] is None) == (None, False)


@pytest.mark.parametrize("basis", ["reconciled", "balanced"])
def test_an_estimate_from_reports_confirms_nobody(basis: str) -> None:
    claims, values = frames([claim(value=169.52e9)], [figure(basis=basis)])
    assert audit(claims, values, SOURCES, UNITS)["verdict"].tolist() == ["not_verifiable"]
