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
from orchestration.methods.claim_audit import DIMENSIONS, audit_batches, audit_table
from orchestration.methods.revision_size import OWN, SERIES, LargestRevision, RevisionSizes

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


def test_a_claim_true_in_the_vintage_current_then_and_revised_since_is_superseded() -> None:
    row = audited(claim(), figure(value=144.5e9, vintage=BEFORE), figure(vintage=LATER), figure())
    assert row["verdict"] == "superseded"
    assert numbers(row) == (BEFORE, 144.5e9, LATEST, 169.52e9)
    assert (
        "the vintage current when the claim was made on 2025-05-07, 2025-04-01, gave 144.5 billion US dollars"
        in (row["explanation"])
    )


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


def test_the_vintage_of_the_time_decides_however_far_the_series_has_moved() -> None:
    row = audited(claim(), *REVISED, figure(value=150e9, vintage=BEFORE), figure())
    assert (row["verdict"], row["missing_input"]) == ("contradicted", None)


COMPARABLE = [row | {"area": "DEU", "metric_id": "ip_payments", "source": "bea"} for row in REVISED]
"""Figures of another economy of a tenth of the size: they moved by 20.7 percent."""


@pytest.mark.parametrize(
    ("value", "changes", "verdict"),
    [
        (144.5e9, {"value": 50e9, "year": 2024}, "contradicted"),  # gap 65 %, twice 20.7 is 41.4
        (30e9, {"value": 50e9}, "differs_now"),  # gap 40 %
        (28e9, {"value": 50e9}, "contradicted"),  # gap 44 %
        (99e9, {"value": 24e9}, "contradicted"),
        (1e9, {"value": 50e9, "metric_id": "ip_receipts", "unit": "USD"}, "contradicted"),
    ],
)
def test_a_series_of_one_vintage_contradicts_beyond_twice_the_revisions_of_comparable_series(
    value: float, changes: dict[str, Any], verdict: str
) -> None:
    row = audited(claim(value=value), *COMPARABLE, figure(**changes))
    assert (row["verdict"], row["largest_revision_of"]) == (verdict, "comparable_series")
    assert (
        "comparable series have moved by up to 20.7 percent between theirs, twice which is 41.4" in row["explanation"]
    )


@pytest.mark.parametrize(
    "changes", [{"area": "WB_ECA"}, {"area": "W00"}, {"metric_id": "mirror_asymmetry"}, {"value": 5e9}, {"unit": "PT"}]
)
def test_groups_differences_and_smaller_figures_are_not_comparable(changes: dict[str, Any]) -> None:
    others = [row | changes for row in COMPARABLE]
    row = audited(claim(value=400e9), *others, figure())
    assert row["largest_revision_percent"] in (None, 10.0)


def test_a_unit_without_revisions_takes_those_of_money_from_a_billion() -> None:
    row = audited(PROJECTION, *COMPARABLE, projection())
    assert (row["verdict"], row["largest_revision_of"]) == ("contradicted", "comparable_series")


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


@pytest.mark.parametrize(("tolerance", "verdict"), [(1.445e9, "misattributed"), (1.446e9, "contradicted")])
def test_a_claim_is_recognised_elsewhere_to_one_percent(tolerance: float, verdict: str) -> None:
    own = [figure(vintage=BEFORE), figure()]
    assert audited(claim(tolerance=tolerance), *own, figure(metric_id="other", value=145e9))["verdict"] == verdict


def test_a_claim_without_a_figure_is_not_verifiable_and_says_what_would_change_that() -> None:
    row = audited(claim(), figure(year=2023, value=144.5e9))
    assert row["verdict"] == "not_verifiable"
    assert numbers(row) == (None, None, None, None)
    assert (row["deviation_percent"], row["source"]) == (None, None)
    assert row["missing_input"] == "ip_receipts: receipts, USA, item SH of 2024 in USD"
    assert row["source_that_would_bring_it"] == "world_bank"
    assert "144.5 billion US dollars" in row["explanation"]


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


def test_a_latest_figure_of_zero_has_no_deviation() -> None:
    row = audited(claim(), figure(value=0.0))
    assert (row["verdict"], row["value_latest"], row["deviation_percent"]) == ("differs_now", 0.0, None)


@pytest.mark.parametrize(
    "given", [pd.to_datetime, lambda days: days.astype(str), lambda days: days.astype(str) + "T00:00"]
)
def test_dates_may_come_as_timestamps_or_text_as_a_database_hands_them_out(given: Any) -> None:
    claims, values = frames([claim()], [figure(value=144.5e9, vintage=BEFORE), figure()])
    claims["said_on"], values["vintage"] = given(claims["said_on"]), given(values["vintage"])
    assert audit_table(claims, values, SOURCES, UNITS)["verdict"].to_pylist() == ["superseded"]


def test_batches_give_the_same_as_tables() -> None:
    tables = frames([claim(), claim(claim_id="two", value=1.0)], [figure(), figure(measure="payments", value=144.5e9)])
    readers = [pa.Table.from_pandas(table, preserve_index=False).to_reader(max_chunksize=1) for table in tables]
    (batch,) = audit_batches(readers[0], readers[1], SOURCES, UNITS)
    assert pa.Table.from_batches([batch]).equals(audit_table(*tables, SOURCES, UNITS))


# The size of revisions


def sizes(*values: tuple[float | None, date], **other: Any) -> LargestRevision | None:
    """The largest revision of one series of one year, beside figures of others."""
    rows = [figure(value=value, vintage=day) for value, day in values]
    given = frames([], [*rows, figure(**{"source": "bea", "value": 1.0} | other)])[1]
    return RevisionSizes(given).of(tuple(FIGURE[name] for name in SERIES), 1e11)


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


@given(figures=FIGURES, exponent=st.integers(min_value=0, max_value=6))
def test_scaling_figures_and_claim_together_changes_no_verdict(figures: list[dict[str, Any]], exponent: int) -> None:
    factor = 10.0**exponent
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
    assert audit_table(claims, values, SOURCES, UNITS)["verdict"].to_pylist() == ["not_verifiable"]
