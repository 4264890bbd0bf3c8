"""The reconciliation method: cases worked by hand, properties, and a reduced synthetic experiment. No database, no real figures."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.reconciliation import METHODS, OURS, SETTINGS, Setting, World, errors, synthetic_world
from orchestration.methods import reconciliation
from orchestration.methods.reconciliation import (
    ARITHMETIC_MEAN,
    EQUAL_WEIGHTS,
    INVERSE_VARIANCE,
    MINIMUM_PAIRS,
    MINIMUM_REPORTERS,
    SINGLE_REPORT,
    ReporterVariances,
    exporter_weight,
    log_mean,
    reconcile,
    reconcile_stream,
    reporter_variances,
)

DOCUMENT = Path(__file__).parents[3] / "docs" / "methods" / "reconciliation.md"
ORACLE_MARGIN = 1.10

seeds = st.integers(min_value=0, max_value=10_000)


def flow(
    exporter: str, importer: str, year: int, exported: float | None, imported: float | None, **columns: Any
) -> Any:
    """A row of int_reports_paired; a report without figure is suppressed."""
    return {
        "exporter": exporter,
        "importer": importer,
        "item": "SH",
        "year": year,
        "unit": "USD",
        "export_report": exported,
        "import_report": imported,
        "export_source": "one",
        "import_source": "other",
        "export_vintage": date(2024, 7, 1),
        "import_vintage": date(2024, 9, 1),
        "export_status": "Q" if exported is None else "A",
        "import_status": "Q" if imported is None else "A",
    } | columns


def reconciled(*flows: Any) -> pd.DataFrame:
    table: pd.DataFrame = reconcile(pd.DataFrame(list(flows))).to_pandas()
    return table


def paired(world: World, **columns: Any) -> pd.DataFrame:
    """The flow years of a synthetic world as rows of int_reports_paired, all in one window; a repeated flow gets the next year."""
    frame = pd.DataFrame({"exporter": world.exporter, "importer": world.importer})
    year = 2015 + frame.groupby(["exporter", "importer"]).cumcount()
    names = [f"C{number:02d}" for number in range(world.economies)]
    return pd.DataFrame(
        [
            flow(names[i], names[j], int(when), float(x), float(m), **columns)
            for i, j, when, x, m in zip(
                world.exporter,
                world.importer,
                year,
                np.exp(world.export_report),
                np.exp(world.import_report),
                strict=True,
            )
        ]
    )


def small_world(seed: int) -> World:
    return synthetic_world(seed, Setting(economies=12, years=2))


def variances_of(world: World) -> ReporterVariances:
    variances = reporter_variances(world.exporter, world.importer, world.log_ratio, world.economies)
    assert variances.is_estimated
    return variances


def every_pair(count: int) -> tuple[Any, Any]:
    exporter, importer = np.nonzero(~np.eye(count, dtype=bool))
    return exporter, importer


# Worked by hand


def test_weight_of_the_exporter_is_the_importers_share_of_both_variances() -> None:
    weights = exporter_weight(np.array([1.0, 0.0, 3.0, 0.0]), np.array([3.0, 2.0, 0.0, 0.0]))
    assert weights.tolist() == [0.75, 1.0, 0.0, 0.5]


def test_log_mean_is_the_weighted_mean_of_the_logarithms() -> None:
    # 16^(3/4) * 1^(1/4) = 8; 4^(1/2) * 9^(1/2) = 6
    assert log_mean(np.array([16.0, 4.0]), np.array([1.0, 9.0]), np.array([0.75, 0.5])) == pytest.approx([8, 6])


def test_reporters_that_all_differ_alike_share_the_variance_equally() -> None:
    exporter, importer = every_pair(7)
    variances = reporter_variances(exporter, importer, np.full(len(exporter), -0.3), 7)
    assert variances.is_estimated
    assert variances.exporter == pytest.approx(np.full(7, variances.importer[0]))
    assert 0.09 / 2 < variances.exporter[0] < 0.09


@pytest.mark.parametrize(
    ("exporters", "importers", "pairs", "is_estimated"),
    [
        (5, 6, MINIMUM_PAIRS, True),
        (5, 6, MINIMUM_PAIRS - 1, False),
        (MINIMUM_REPORTERS - 1, 20, 60, False),
        (20, MINIMUM_REPORTERS - 1, 60, False),
    ],
)
def test_too_few_pairs_or_reporters_give_no_variance(
    exporters: int, importers: int, pairs: int, is_estimated: bool
) -> None:
    number = np.arange(pairs)
    ratio = np.where(number % 2, 0.1, -0.2)
    variances = reporter_variances(number % exporters, 20 + number // exporters % importers, ratio, 40)
    assert variances.pairs == pairs
    assert variances.is_estimated is is_estimated
    assert np.isnan(variances.exporter).all() != is_estimated


# Flows


def test_too_few_flows_have_equal_weights_and_state_it() -> None:
    row = reconciled(flow("USA", "CHN", 2018, 4.0, 9.0)).iloc[0]
    assert row["value"] == pytest.approx(6.0)
    assert (row["method"], row["obs_status"], row["reports_held"]) == (EQUAL_WEIGHTS, "U", 2)
    assert (row["exporter_weight"], row["importer_weight"], row["window_pairs"]) == (0.5, 0.5, 1)
    assert row["asymmetry"] == pytest.approx(np.log(4 / 9))
    assert row[["exporter_variance", "importer_variance", "residual"]].isna().all()
    assert "too few to compare the reporters (1; at least 30 from 5 exporters and 5 importers" in row["note"]


@pytest.mark.parametrize(
    ("exported", "imported", "status", "weight"), [(7.0, None, "P", 1.0), (None, 7.0, "A", 0.0), (0.0, None, "P", 1.0)]
)
def test_a_flow_reported_once_keeps_its_report(
    exported: float | None, imported: float | None, status: str, weight: float
) -> None:
    held = {"export_status": "P"} if exported is not None else {}
    row = reconciled(flow("USA", "CHN", 2018, exported, imported, **held)).iloc[0]
    assert row["value"] == (imported if exported is None else exported)
    assert (row["method"], row["obs_status"], row["reports_held"]) == (SINGLE_REPORT, status, 1)
    assert (row["exporter_weight"], row["importer_weight"], row["window_pairs"]) == (weight, 1 - weight, 0)
    assert np.isnan(row["asymmetry"])


def test_a_flow_without_any_figure_has_no_row() -> None:
    rows = reconciled(flow("USA", "CHN", 2018, None, None), flow("USA", "JPN", 2018, 1.0, None))
    assert rows["importer"].tolist() == ["JPN"]


@pytest.mark.parametrize(("exported", "imported", "value"), [(0.0, 10.0, 5.0), (0.0, 0.0, 0.0), (-4.0, 10.0, 3.0)])
def test_a_report_without_logarithm_leads_to_the_arithmetic_mean(
    exported: float, imported: float, value: float
) -> None:
    row = reconciled(flow("USA", "CHN", 2018, exported, imported)).iloc[0]
    assert (row["value"], row["method"], row["obs_status"]) == (value, ARITHMETIC_MEAN, "U")
    assert (row["exporter_weight"], row["window_pairs"], row["reports_held"]) == (0.5, 0, 2)


def test_zeros_single_reports_and_estimates_are_not_in_the_variances() -> None:
    full = paired(small_world(1))
    beside = [
        flow("C00", "X1", 2015, 5.0, None),
        flow("C00", "X2", 2015, 0.0, 9.0),
        flow("C00", "X3", 2015, 1.0, 9e9, export_status="E"),
        flow("C00", "X4", 2015, 1.0, 9e9, import_status="E"),
    ]
    with_them = reconcile(pd.concat([full, pd.DataFrame(beside)], ignore_index=True)).to_pandas()
    without = reconcile(full).to_pandas()
    seen = with_them.merge(without, on=["exporter", "importer", "item", "year"], suffixes=("", "_before"))
    assert len(seen) == len(full)
    for column in ("exporter_variance", "importer_variance", "window_pairs", "value"):
        assert seen[column].tolist() == pytest.approx(seen[f"{column}_before"].tolist(), rel=1e-12)
    methods = with_them.set_index("importer")["method"]
    assert [methods[name] for name in ("X1", "X2", "X3")] == [SINGLE_REPORT, ARITHMETIC_MEAN, INVERSE_VARIANCE]


def test_enough_flows_are_weighted_by_the_variances_they_show() -> None:
    world = small_world(2)
    rows = reconcile(paired(world)).to_pandas()
    variances = variances_of(world)
    assert set(rows["method"]) == {INVERSE_VARIANCE}
    assert set(rows["obs_status"]) == {"E"}
    first = rows.iloc[0]
    a, b = variances.exporter[int(first["exporter"][1:])], variances.importer[int(first["importer"][1:])]
    assert first["exporter_weight"] == pytest.approx(b / (a + b))
    assert first["residual"] == pytest.approx(first["asymmetry"] ** 2 - a - b)
    weighted = b / (a + b) * np.log(first["export_report"]) + a / (a + b) * np.log(first["import_report"])
    assert np.log(first["value"]) == pytest.approx(weighted)
    assert first["exporter_pairs"] == variances.exporter_pairs[int(first["exporter"][1:])]


def test_items_and_windows_are_estimated_apart() -> None:
    full = paired(small_world(4))
    other_item, later = full.assign(item="SI"), full.assign(year=full["year"] + 5)
    few = [flow("C00", "C01", 2014, 4.0, 9.0), flow("C00", "C01", 2025, 4.0, 9.0)]
    rows = reconcile(pd.concat([full, other_item, later, pd.DataFrame(few)], ignore_index=True)).to_pandas()
    windows = rows.groupby(["item", "window_start"])
    assert windows["method"].agg(lambda group: "|".join(sorted(set(group)))).to_dict() == {
        ("SH", 2010): EQUAL_WEIGHTS,
        ("SH", 2015): INVERSE_VARIANCE,
        ("SH", 2020): INVERSE_VARIANCE,
        ("SH", 2025): EQUAL_WEIGHTS,
        ("SI", 2015): INVERSE_VARIANCE,
    }
    assert windows["window_pairs"].first().tolist() == [1, len(full), len(full), 1, len(full)]
    assert (rows["window_end"] - rows["window_start"]).unique().tolist() == [4]


def test_a_stream_gives_what_the_whole_gives_and_cuts_no_window(monkeypatch: pytest.MonkeyPatch) -> None:
    full = paired(small_world(4))
    frame = pd.concat([full, full.assign(item="SI"), full.assign(year=full["year"] + 5)]).sort_values(["item", "year"])
    rows = pa.Table.from_pandas(frame, preserve_index=False)
    whole = reconcile(frame)
    for at_once, batch in ((1, 7), (1, 10_000), (len(full) + 3, 5), (10_000, 11)):
        monkeypatch.setattr(reconciliation, "ROWS_AT_ONCE", at_once)
        table = reconcile_stream(rows.to_batches(max_chunksize=batch)).read_all()
        assert table.sort_by([(name, "ascending") for name in reconciliation.KEY]).equals(whole)
    assert reconcile_stream([]).read_all().schema == whole.schema


# Properties


@settings(max_examples=20, deadline=None)
@given(seed=seeds)
def test_exchanging_reports_and_roles_mirrors_the_variances(seed: int) -> None:
    world = small_world(seed)
    straight = variances_of(world)
    turned = reporter_variances(world.importer, world.exporter, -world.log_ratio, world.economies)
    assert turned.exporter == pytest.approx(straight.importer, rel=1e-6)
    assert turned.importer == pytest.approx(straight.exporter, rel=1e-6)
    assert turned.exporter_pairs.tolist() == straight.importer_pairs.tolist()


@settings(max_examples=15, deadline=None)
@given(seed=seeds, factor=st.floats(min_value=1e-6, max_value=1e6))
def test_scaling_all_flows_scales_the_values_and_nothing_else(seed: int, factor: float) -> None:
    full = paired(small_world(seed))
    scaled = full.assign(export_report=full["export_report"] * factor, import_report=full["import_report"] * factor)
    before, after = reconcile(full).to_pandas(), reconcile(scaled).to_pandas()
    assert after["value"].tolist() == pytest.approx((before["value"] * factor).tolist(), rel=1e-6)
    for column in ("exporter_weight", "exporter_variance", "importer_variance"):
        assert after[column].tolist() == pytest.approx(before[column].tolist(), rel=1e-5)


@settings(max_examples=10, deadline=None)
@given(seed=seeds)
def test_the_order_of_the_rows_does_not_matter(seed: int) -> None:
    full = paired(small_world(seed))
    shuffled = full.sample(frac=1, random_state=seed)
    assert reconcile(shuffled).equals(reconcile(full))


@settings(max_examples=15, deadline=None)
@given(seed=seeds)
def test_values_lie_between_the_reports_and_weights_sum_to_one(seed: int) -> None:
    rows = reconcile(paired(small_world(seed))).to_pandas()
    reports = rows[["export_report", "import_report"]]
    assert (rows["value"] >= reports.min(axis=1)).all()
    assert (rows["value"] <= reports.max(axis=1)).all()
    assert (rows["exporter_weight"] + rows["importer_weight"]).tolist() == pytest.approx([1.0] * len(rows))
    assert rows["exporter_weight"].between(0, 1).all()


@settings(max_examples=25, deadline=None)
@given(seed=seeds, as_exporter=st.booleans(), bad=st.integers(min_value=0, max_value=19))
def test_a_planted_bad_reporter_gets_the_lowest_weight(seed: int, as_exporter: bool, bad: int) -> None:
    """One of 20 otherwise alike reporters is five times as noisy in one role; in that role, and only there, it comes last."""
    world = synthetic_world(seed, Setting(economies=20, noise_spread=0.0, outliers=0.0, coverage=(0.8, 1.0)))
    reporter, sign = (world.exporter, 1.0) if as_exporter else (world.importer, -1.0)
    draw = np.random.default_rng([seed, 1])
    planted = world.log_ratio + sign * (reporter == bad) * draw.normal(0.0, 1.5, len(reporter))
    variances = reporter_variances(world.exporter, world.importer, planted, world.economies)
    planted_side, other_side = (
        (variances.exporter, variances.importer) if as_exporter else (variances.importer, variances.exporter)
    )
    assert planted_side.argmax() == bad
    assert planted_side[bad] > 5 * np.median(planted_side)
    assert other_side[bad] < planted_side[bad] / 2
    weights = exporter_weight(variances.exporter[world.exporter], variances.importer[world.importer])
    own = weights if as_exporter else 1 - weights
    assert own[reporter == bad].max() < 0.5


# The experiment, reduced to a few fixed seeds


@pytest.mark.parametrize("name", ["base", "export and import quality independent", "one year", "no outliers"])
def test_ours_beats_the_other_methods_and_comes_near_the_oracle(name: str) -> None:
    means = {method: values.mean() for method, values in errors(range(6), SETTINGS[name]).items()}
    oracle = means.pop(list(METHODS)[-1])
    ours = means.pop(OURS)
    assert oracle <= ours < min(means.values())
    assert ours < ORACLE_MARGIN * oracle


@pytest.mark.slow
def test_the_documented_table_is_the_measured_one() -> None:
    rows = [line.split("|") for line in DOCUMENT.read_text(encoding="utf-8").splitlines() if line.startswith("|")]
    documented = {row[1].strip(): row[2:4] for row in rows}
    errors_of_methods = errors(range(50), SETTINGS["base"])
    oracle = errors_of_methods[list(METHODS)[-1]]
    for name, values in errors_of_methods.items():
        error, relative = (float(number) for number in documented[name])
        assert error == pytest.approx(values.mean(), abs=0.002), name
        assert relative == pytest.approx((values / oracle).mean(), abs=0.003), name


def test_the_document_states_the_constants_in_force() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    for name in ("WINDOW_YEARS", "MINIMUM_PAIRS", "MINIMUM_REPORTERS", "WINSOR", "PRIOR_PAIRS", "SMALLEST_SHARE"):
        assert f"`{name}` = {getattr(reconciliation, name):g}" in text
