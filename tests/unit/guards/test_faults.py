"""Each fault of the catalogue changes exactly what it names, or gives the reason why a metric cannot have it."""

from __future__ import annotations

import pandas as pd
import pytest

from orchestration.contracts.metric import COLUMNS
from orchestration.guards.faults import CATALOGUE, NotApplicable, Subject
from tests.unit.guards.synthetic_frames import frame_of, receipts, shares, subject_of

RECEIPTS, RATIO = "book_receipts", "book_ratio"

CHANGES: dict[str, tuple[str, set[str]]] = {
    "unit_slip_thousandfold": (RECEIPTS, {"value"}),
    "unit_slip_thousandth": (RECEIPTS, {"value"}),
    "unit_slip_newest_year": (RECEIPTS, {"value"}),
    "sign_flip": (RECEIPTS, {"value"}),
    "ratio_inverted": (RATIO, {"value"}),
    "another_currency": (RECEIPTS, {"value"}),
    "country_doubled": (RECEIPTS, {"value"}),
    "partner_doubled": (RATIO, {"value"}),
    "outlier": (RECEIPTS, {"value"}),
    "frozen_series": (RECEIPTS, {"value"}),
    "empty_as_zero": (RECEIPTS, {"value"}),
    "suppressed_as_zero": (RECEIPTS, {"value", "obs_status"}),
    "nulls": (RECEIPTS, {"value"}),
    "nulls_in_codes": (RECEIPTS, {"area"}),
    "partners_exchanged": (RATIO, {"area", "counterpart_area"}),
    "economies_exchanged": (RECEIPTS, {"area"}),
    "changed_area_code": (RECEIPTS, {"area"}),
    "changed_item_code": (RECEIPTS, {"item"}),
    "world_as_country": (RECEIPTS, {"area", "counterpart_area"}),
    "region_as_country": (RECEIPTS, {"area"}),
    "years_late": (RECEIPTS, {"year"}),
    "years_early": (RECEIPTS, {"year"}),
    "all_vintages_newest": (RECEIPTS, {"is_latest"}),
}
"""Faults that keep every row: the metric they are tried on, and the columns that may change."""


def injected(name: str, metric: str = RECEIPTS) -> dict[str, pd.DataFrame]:
    return dict(CATALOGUE[name].injections(subject_of(metric)))


def first(name: str, metric: str = RECEIPTS) -> pd.DataFrame:
    return next(iter(injected(name, metric).values()))


def changed_rows(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """The rows of ``before`` that read otherwise after."""
    same = (before.astype(object).fillna("empty") == after.astype(object).fillna("empty")).all(axis=1)
    return before[~same]


@pytest.mark.parametrize("name", CHANGES)
def test_a_fault_changes_its_columns_and_only_newest_figures(name: str) -> None:
    metric, columns = CHANGES[name]
    subject = subject_of(metric)
    before = subject.frame.copy(deep=True)
    for part, after in CATALOGUE[name].injections(subject):
        assert list(after.columns) == list(COLUMNS)
        assert after.index.equals(before.index)
        kept = [column for column in COLUMNS if column not in columns]
        pd.testing.assert_frame_equal(after[kept], before[kept])
        touched = changed_rows(before, after)
        assert 0 < len(touched) <= len(before), part
        if name not in ("world_as_country", "region_as_country", "all_vintages_newest"):
            assert touched["is_latest"].all(), "what was published before is unchanged"
    pd.testing.assert_frame_equal(subject.frame, before)


@pytest.mark.parametrize(
    ("name", "factor"),
    [("unit_slip_thousandfold", 1e3), ("unit_slip_thousandth", 1e-3), ("sign_flip", -1.0)],
)
def test_factors_hit_one_source_at_a_time(name: str, factor: float) -> None:
    before = receipts()
    by_part = injected(name)
    assert list(by_part) == ["receipts of first_office", "receipts of second_office"]
    for part, after in by_part.items():
        own = before["is_latest"] & before["value"].notna() & (before["source"] == part.removeprefix("receipts of "))
        expected = before["value"].mask(own, before["value"] * factor)
        pd.testing.assert_series_equal(after["value"], expected)


def test_only_the_newest_year_is_in_thousands() -> None:
    touched = changed_rows(receipts(), injected("unit_slip_newest_year")["receipts of first_office"])
    assert set(touched["year"]) == {2009}
    assert set(touched["area"]) == {"USA", "CHN", "JPN", "NOR", "W00", "WB_EAS"}


def test_the_currency_is_changed_for_china_alone() -> None:
    touched = changed_rows(receipts(), first("another_currency"))
    assert set(touched["area"]) == {"CHN"}


def test_single_figures_are_those_of_the_two_largest_economies() -> None:
    before = receipts()
    for name, year in (("outlier", 2005), ("frozen_series", 2009), ("empty_as_zero", 2009)):
        by_part = injected(name)
        assert list(by_part) == ["receipts of USA", "receipts of CHN"]
        for part, after in by_part.items():
            touched = changed_rows(before, after)
            assert (touched["area"].tolist(), touched["year"].tolist()) == ([part[-3:]], [year]), name
    frozen = injected("frozen_series")["receipts of USA"]
    american = frozen[frozen["is_latest"] & (frozen["area"] == "USA")].set_index("year")["value"]
    assert american[2009] == american[2008]
    outlier = changed_rows(injected("outlier")["receipts of USA"], before)["value"].item()
    assert outlier == pytest.approx(100 * 1.1**4 * 10)


def test_a_suppressed_cell_becomes_a_zero_with_a_normal_status() -> None:
    after = first("suppressed_as_zero")
    (row,) = after[after["source"].eq("second_office") & after["year"].eq(2009)].to_dict("records")
    assert (row["value"], row["obs_status"]) == (0.0, "A")


def test_receipts_are_replaced_by_payments_under_their_own_name() -> None:
    after = injected("flows_exchanged")["first_office"]
    assert set(after["metric_id"]) == {RECEIPTS}
    assert set(after["measure"]) == {"receipts"}
    newest = after[after["is_latest"] & after["source"].eq("first_office") & after["area"].eq("USA")]
    assert newest["value"].max() == pytest.approx(100 * 1.1**8 / 2)


def test_measures_of_opposite_flows_change_names() -> None:
    frame = frame_of(
        [
            {"measure": "exports", "value": 1.0},
            {"measure": "imports", "value": 2.0},
            {"measure": "balance", "value": -1.0},
        ]
    )
    subject = Subject("book_trade", "", {"book_trade": frame}, ("USA",))
    (after,) = dict(CATALOGUE["flows_exchanged"].injections(subject)).values()
    assert dict(zip(after["measure"], after["value"], strict=True)) == {"imports": 1.0, "exports": 2.0, "balance": -1.0}


def test_the_middle_economy_is_dropped_too() -> None:
    by_part = injected("country_dropped")
    assert list(by_part) == ["USA", "CHN", "NOR"]
    for area, after in by_part.items():
        lost = receipts().drop(index=after.index)
        assert set(lost["area"]) == {area}
        assert area not in set(after["area"])


def test_rows_come_twice() -> None:
    after = first("duplicated_rows")
    again = after[after.duplicated()]
    assert len(again) == len(after) - len(receipts()) == 11


def test_half_a_page_is_an_eighth_of_a_source() -> None:
    before, by_part = receipts(), injected("half_page_missing")
    assert list(by_part) == ["first_office"], "the other source's answer is shorter than a page"
    lost = before.drop(index=by_part["first_office"].index)
    assert len(lost) == 54 // 8 + 1
    assert lost["is_latest"].all()
    assert list(lost.index) == list(range(lost.index[0], lost.index[0] + len(lost))), "the lost rows were adjacent"


def test_the_older_half_of_the_history_is_cut() -> None:
    after = injected("truncated_history")["first_office"]
    assert after[after["is_latest"] & after["source"].eq("first_office")]["year"].min() == 2005
    assert after[~after["is_latest"]]["year"].min() == 2001


def test_an_older_vintage_takes_the_newest_date() -> None:
    before = receipts()
    before.loc[~before["is_latest"], "value"] *= 0.9
    subject = Subject(RECEIPTS, "", {RECEIPTS: before}, ("USA",))
    after = dict(CATALOGUE["stale_vintage"].injections(subject))["first_office"]
    own = after[after["source"] == "first_office"]
    assert own["vintage"].unique().tolist() == [pd.Timestamp("2012-07-01")]
    assert own["is_latest"].all()
    assert own.loc[own["area"].eq("USA") & own["year"].eq(2001), "value"].item() == pytest.approx(90)


def test_without_an_older_vintage_a_stale_one_lacks_the_newest_year() -> None:
    lost = shares().drop(index=first("stale_vintage", RATIO).index)
    assert set(lost["year"]) == {2009}


def test_a_share_of_mixed_vintages_moves_by_the_revision_of_its_numerator() -> None:
    series = frame_of(
        [
            {"metric_id": "ip_receipts", "value": 110.0, "vintage": "2011-07-01", "is_latest": False},
            {"metric_id": "ip_receipts", "value": 100.0, "vintage": "2012-07-01"},
            {"metric_id": "ip_receipts", "value": 70.0, "year": 2008},
        ]
    )
    share = frame_of(
        [
            {"measure": "cover", "unit": "PN", "value": 2.0},
            {"measure": "cover", "unit": "PN", "value": 3.0, "year": 2008},
        ]
    )
    frames = {"ip_cover": share, "ip_receipts": series}
    subject = Subject("ip_cover", "cover = receipts / payments", frames, ("USA",))
    (after,) = dict(CATALOGUE["mixed_vintages"].injections(subject)).values()
    assert after["value"].tolist() == [pytest.approx(2.2), 3.0]
    with pytest.raises(NotApplicable, match="no share"):
        next(CATALOGUE["mixed_vintages"].injections(Subject("ip_receipts", "as published", frames, ("USA",))))


@pytest.mark.parametrize(
    ("name", "metric", "said"),
    [
        ("ratio_inverted", RECEIPTS, "no ratio"),
        ("another_currency", RATIO, "no figures in money"),
        ("suppressed_as_zero", RATIO, "no suppressed"),
        ("partners_exchanged", RECEIPTS, "no pair"),
        ("flows_exchanged", RATIO, "no opposite flow"),
        ("world_as_country", RATIO, "no figure of the world"),
        ("world_among_countries", RECEIPTS, "by definition"),
        ("region_as_country", RATIO, "no region"),
        ("half_page_missing", RATIO, "shorter than a page"),
        ("all_vintages_newest", RATIO, "no superseded"),
    ],
)
def test_a_fault_that_a_metric_cannot_have_says_why(name: str, metric: str, said: str) -> None:
    with pytest.raises(NotApplicable, match=said):
        list(CATALOGUE[name].injections(subject_of(metric)))


def test_a_fault_that_changes_nothing_is_not_counted_as_caught() -> None:
    subject = Subject("zeros", "", {"zeros": frame_of([{"value": 0.0}])}, ("USA",))
    with pytest.raises(NotApplicable, match="as they are"):
        list(CATALOGUE["unit_slip_thousandfold"].injections(subject))
