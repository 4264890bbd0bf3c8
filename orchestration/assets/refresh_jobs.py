"""The jobs that a person starts: everything, or one source and everything behind it. What a step does is the assets' affair."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

import dagster as dg

from orchestration.assets.raw_assets import raw_key
from orchestration.assets.release_asset import accept_config
from orchestration.contract import Source
from orchestration.policy import REFRESH, run_tags

AssetJob: TypeAlias = Any
"""What ``define_asset_job`` makes; Dagster exports no name for it."""


def refresh_jobs(sources: Mapping[str, Source]) -> list[AssetJob]:
    """One job for everything and one for each source: a new source has its own without an edit."""
    words = "build and guard every metric, and publish a release when all guards pass."
    return [
        _job(REFRESH, f"Fetch every source, {words}", without=()),
        *(
            _job(
                f"{REFRESH}_{name}",
                f"Fetch {source.CARD.publisher}, {words} Of all other sources the build sees what they last brought.",
                without=(other for other in sources.values() if other is not source),
            )
            for name, source in sources.items()
        ),
    ]


def _job(name: str, description: str, without: Iterable[Source]) -> AssetJob:
    """All assets and checks but the raw tables of some sources.

    Models that do not read the fetched source are built too: a release is one build that was tested and guarded whole.
    """
    others = [raw_key(source.CARD.id, table) for source in without for table in source.TABLES]
    everything = dg.AssetSelection.all() | dg.AssetSelection.all_asset_checks()
    return dg.define_asset_job(
        name,
        selection=everything - dg.AssetSelection.assets(*others) if others else everything,
        config=accept_config(""),
        executor_def=dg.in_process_executor,
        tags=run_tags(REFRESH),
        description=description,
    )
