"""Freshness policies of raw tables and metrics, from the cadence of the sources behind them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta

import dagster as dg

from orchestration.assets.guard_checks import metric_key
from orchestration.assets.raw_assets import raw_key
from orchestration.automation import calendars
from orchestration.contracts.source import Source
from orchestration.core import run_policy
from orchestration.guards.suites import Metric


def policies(sources: Mapping[str, Source], metrics: Mapping[str, Metric]) -> dict[dg.AssetKey, dg.FreshnessPolicy]:
    """A freshness policy for every raw table and every metric.

    A raw table is materialised whenever its publisher answers, changed or not: it warns when none did for a while. A
    metric is materialised when inputs have changed: it warns after the cadence of the source that changes oftenest.
    """
    made = {raw_key(name, table): _raw_policy(source) for name, source in sources.items() for table in source.TABLES}
    for name, metric in metrics.items():
        names = calendars.sources_of(metric.meta, sources)
        window = min(calendars.cadence(sources[source_id].CARD) for source_id in names)
        made[metric_key(name)] = dg.FreshnessPolicy.time_window(
            fail_window=window + run_policy.LATE, warn_window=window
        )
    return made


def _raw_policy(source: Source) -> dg.FreshnessPolicy:
    """Asked every week at least, or supplied by hand at the publisher's cadence."""
    warn = calendars.cadence(source.CARD) if calendars.reads_dropped_files_only(source) else timedelta(days=8)
    late = run_policy.LATE if calendars.reads_dropped_files_only(source) else timedelta(days=7)
    return dg.FreshnessPolicy.time_window(fail_window=warn + late, warn_window=warn)


def with_policies(
    assets: Iterable[dg.AssetsDefinition | dg.AssetSpec], made: Mapping[dg.AssetKey, dg.FreshnessPolicy]
) -> list[dg.AssetsDefinition | dg.AssetSpec]:
    """The same assets with these policies."""

    def add(spec: dg.AssetSpec) -> dg.AssetSpec:
        return dg.apply_freshness_policy(spec, made[spec.key]) if spec.key in made else spec

    return list(dg.map_asset_specs(add, assets))
