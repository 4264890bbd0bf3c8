"""The jobs that a person starts: everything, one source and everything downstream, or guards and release only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

import dagster as dg

from orchestration.assets.raw_assets import raw_key
from orchestration.assets.refresh_executor import rebuild_config, refresh_executor
from orchestration.assets.release_asset import RELEASE_KEY, accept_config
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
    """A job for everything, one for each source, and one for guards and release. ``guards`` are the checks of metrics' suites."""
    words = "build and guard every metric, and publish a release when all guards pass."
    everything = pipeline()
    suites = dg.AssetSelection.checks(*guards)
    return [
        _job(
            REFRESH,
            everything,
            REFRESH,
            f"Fetch every source, {words} On the bundle nothing is done if nothing changed since the current release.",
            refresh_executor(settings),
            rebuild_config(is_wanted=False),
        ),
        *(
            _job(
                f"{REFRESH}_{name}",
                everything - _raw(other for other in sources.values() if other is not source),
                REFRESH,
                f"Fetch {source.CARD.publisher}, {words} Of all other sources the build reads what was fetched last.",
            )
            for name, source in sources.items()
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


def _raw(sources: Iterable[Source]) -> dg.AssetSelection:
    """The raw tables of some sources.

    A job for one source leaves these out and nothing else: models that do not read the fetched source are built too,
    since a release is one build that was tested and guarded whole.
    """
    return dg.AssetSelection.assets(*(raw_key(one.CARD.id, table) for one in sources for table in one.TABLES))


def _job(
    name: str,
    selection: dg.AssetSelection,
    kind: str,
    description: str,
    executor: dg.ExecutorDefinition = dg.in_process_executor,
    config: Mapping[str, Any] | None = None,
) -> AssetJob:
    return dg.define_asset_job(
        name,
        selection=selection,
        config={**accept_config(""), **(config or {})},
        executor_def=executor,
        tags=run_tags(kind),
        description=description,
    )
