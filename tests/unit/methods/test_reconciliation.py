"""The reconciliation method: cases worked by hand, and properties. No database, no real figures."""

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.reconciliation import Setting, World, synthetic_world
from orchestration.methods.reconciliation import (
    MINIMUM_PAIRS,
    MINIMUM_REPORTERS,
    RATED_SCHEMA,
    ReporterVariances,
    rated_reporters,
    reporter_variances,
)

seeds = st.integers(min_value=0, max_value=10_000)


def pairs_of(world: World) -> pd.DataFrame:
    """The flow years of a synthetic world, all in one item and window; a repeated flow gets the next year."""
    frame = pd.DataFrame({"exporter": world.exporter, "importer": world.importer, "asymmetry": world.log_ratio})
    year = 2015 + frame.groupby(["exporter", "importer"]).cumcount()
    names = np.array([f"C{number:02d}" for number in range(world.economies)], dtype=object)
    named = frame.assign(exporter=names[world.exporter], importer=names[world.importer], year=year)
    return named.assign(item="SH", window_start=2015)


def rated(*pairs: pd.DataFrame) -> pd.DataFrame:
    table: pd.DataFrame = rated_reporters(pa.Table.from_pandas(pd.concat(pairs), preserve_index=False)).to_pandas()
    return table


def small_world(seed: int) -> World:
    return synthetic_world(seed, Setting(economies=12, years=2))


def variances_of(world: World) -> ReporterVariances:
    return reporter_variances(world.exporter, world.importer, world.log_ratio, world.economies)


def every_pair(count: int) -> tuple[Any, Any]:
    exporter, importer = np.nonzero(~np.eye(count, dtype=bool))
    return exporter, importer


# Worked by hand


def test_reporters_that_all_differ_alike_share_the_variance_equally() -> None:
    exporter, importer = every_pair(7)
    variances = reporter_variances(exporter, importer, np.full(len(exporter), -0.3), 7)
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
def test_few_pairs_give_no_variance(exporters: int, importers: int, pairs: int, is_estimated: bool) -> None:
    number = np.arange(pairs)
    ratio = np.where(number % 2, 0.1, -0.2)
    variances = reporter_variances(number % exporters, 20 + number // exporters % importers, ratio, 40)
    assert variances.exporter_pairs.sum() == pairs
    assert np.isnan(variances.exporter).all() != is_estimated


# Items and windows


def test_items_and_windows_are_estimated_separately() -> None:
    world = small_world(4)
    full = pairs_of(world)
    few = full.assign(item="SI").head(3)
    rows = rated(full, full.assign(window_start=2020), few)
    sizes = rows.groupby(["item", "window_start"])["window_pairs"].unique().map(list).to_dict()
    assert sizes == {("SH", 2015): [len(full)], ("SH", 2020): [len(full)], ("SI", 2015): [3]}
    own, common = rows[rows["reporter"].notna()], rows[rows["reporter"].isna()]
    assert common["exporter_variance"].isna().tolist() == [False, False, True]
    assert own[own["item"] == "SI"][["exporter_variance", "importer_variance"]].isna().all(axis=None)
    variances = variances_of(world)
    first = own[own["window_start"] == 2015][lambda rows: rows["item"] == "SH"].iloc[0]
    place = int(first["reporter"][1:])
    assert first["exporter_pairs"] == variances.exporter_pairs[place]
    assert first["exporter_variance"] == pytest.approx(variances.exporter[place])
    assert common["exporter_pairs"].tolist() == [0, 0, 0]


def test_no_pairs_rate_nobody() -> None:
    assert rated_reporters(pa.Table.from_pandas(pairs_of(small_world(1)).head(0))).schema == RATED_SCHEMA


# Properties


@pytest.mark.slow
@settings(max_examples=20, deadline=None)
@given(seed=seeds)
def test_exchanging_reports_and_roles_mirrors_the_variances(seed: int) -> None:
    world = small_world(seed)
    straight = variances_of(world)
    turned = reporter_variances(world.importer, world.exporter, -world.log_ratio, world.economies)
    assert turned.exporter == pytest.approx(straight.importer, rel=1e-6)
    assert turned.importer == pytest.approx(straight.exporter, rel=1e-6)
    assert turned.exporter_pairs.tolist() == straight.importer_pairs.tolist()


@pytest.mark.slow
@settings(max_examples=10, deadline=None)
@given(seed=seeds)
def test_the_order_of_the_rows_does_not_matter(seed: int) -> None:
    full = pairs_of(small_world(seed))
    assert rated(full.sample(frac=1, random_state=seed)).equals(rated(full))


@settings(max_examples=25, deadline=None)
@given(seed=seeds, as_exporter=st.booleans(), bad=st.integers(min_value=0, max_value=19))
def test_a_planted_bad_reporter_gets_the_lowest_weight(seed: int, as_exporter: bool, bad: int) -> None:
    """One of 20 reporters is five times as noisy in one role, and comes last in that role alone."""
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
    a, b = variances.exporter[world.exporter], variances.importer[world.importer]
    weights = (b if as_exporter else a) / (a + b)
    assert weights[reporter == bad].max() < 0.5
