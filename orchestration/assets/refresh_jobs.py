"""The jobs that a person starts: a refresh of every source or of some, or guards and release only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

import dagster as dg

from orchestration.assets.launchpad import with_launchpad
from orchestration.assets.refresh_executor import refresh_config, refresh_executor
from orchestration.assets.release_asset import RELEASE_KEY, accept_config
from orchestration.assets.run_executor import run_executor
from orchestration.assets.vintage_assets import GROUP as VINTAGES
from orchestration.contracts.source import Source
from orchestration.core.run_policy import BUILD, REFRESH, run_tags
from orchestration.core.settings import Settings

GUARD_AND_PUBLISH = "guard_and_publish"

AssetJob: TypeAlias = Any
"""What ``define_asset_job`` makes; Dagster exports no name for it."""


def refresh_jobs(
    sources: Mapping[str, Source], guards: Iterable[dg.AssetCheckKey], settings: Settings
) -> list[AssetJob]:
    """A job for everything, whose run configuration may name the sources to fetch, and one for guards and release.

    ``guards`` are the checks of metrics' suites.
    """
    suites = dg.AssetSelection.checks(*guards)
    return [
        _job(
            REFRESH,
            pipeline(),
            REFRESH,
            "Fetch every source, or those that the launchpad names; build and guard every metric, and publish a release when "
            "all guards pass. On the bundle nothing is done if nothing changed since the current release.",
            refresh_executor(sources, settings),
            refresh_config(),
        ),
        _job(
            GUARD_AND_PUBLISH,
            suites | dg.AssetSelection.assets(RELEASE_KEY),
            BUILD,
            "Guard the newest build again and publish it when all guards pass; nothing is fetched or built. "
            "For when a suite in expectations/ was corrected, or a refusal is accepted with a reason.",
        ),
    ]


def pipeline() -> dg.AssetSelection:
    """Every asset and check but the partitioned ones, whose partitions are materialised one by one."""
    everything = dg.AssetSelection.all() | dg.AssetSelection.all_asset_checks()
    return everything - dg.AssetSelection.groups(VINTAGES)


def _job(
    name: str,
    selection: dg.AssetSelection,
    kind: str,
    description: str,
    executor: dg.ExecutorDefinition = run_executor,
    config: Mapping[str, Any] | None = None,
) -> AssetJob:
    return dg.define_asset_job(
        name,
        selection=selection,
        config={**accept_config(""), **(config or {})},
        executor_def=executor,
        tags=run_tags(kind),
        description=with_launchpad(name, description),
    )
