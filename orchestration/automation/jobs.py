"""Unattended jobs: a fetch and, where there is an archive, a backfill for each source; one that builds and publishes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

import dagster as dg

from orchestration.assets.launchpad import with_launchpad
from orchestration.assets.raw_assets import fetch_config, raw_key
from orchestration.assets.refresh_jobs import pipeline
from orchestration.assets.run_executor import run_executor
from orchestration.contracts.source import Source
from orchestration.core import run_policy
from orchestration.ingestion.archived_versions import archived_resources

BUILD_JOB = "build_and_publish"
AssetJob: TypeAlias = Any
"""What ``define_asset_job`` makes; Dagster exports no name for it."""


def fetch_job_name(source_id: str) -> str:
    """The name of the job that fetches a source."""
    return f"fetch_{source_id}"


def automatic_jobs(sources: Mapping[str, Source]) -> list[AssetJob]:
    """Every job of this module for these sources."""
    archives = [source for source in sources.values() if archived_resources(source)]
    return [*map(fetch_job, sources.values()), *map(backfill_job, archives), build_job(sources)]


def fetch_job(source: Source) -> AssetJob:
    """Fetch, store and parse one source; ``build_and_publish`` builds what it changed."""
    card = source.CARD
    return dg.define_asset_job(
        fetch_job_name(card.id),
        selection=_raw(source),
        executor_def=dg.in_process_executor,
        tags={**run_policy.run_tags(run_policy.FETCH), "bilateral/source": card.id},
        description=with_launchpad(
            fetch_job_name(card.id),
            f"Fetch {card.publisher} and store the payloads. Unchanged answers are not sent again.",
        ),
    )


def backfill_job(source: Source) -> AssetJob:
    """Fetch every archived version of one source from a chosen one on, all in one run."""
    card = source.CARD
    first = min(one.ask["since"] for one in archived_resources(source))
    name = f"backfill_{card.id}"
    return dg.define_asset_job(
        name,
        selection=_raw(source),
        executor_def=dg.in_process_executor,
        config=fetch_config(card.id, first),
        tags={**run_policy.run_tags(run_policy.BACKFILL), "bilateral/source": card.id},
        description=with_launchpad(
            name,
            f"Ask {card.publisher} for all its archived versions in one run, beginning with 'since' in the launchpad (year "
            "and month). Stored versions are not requested again; all of them stay.",
        ),
    )


def build_job(sources: Mapping[str, Source]) -> AssetJob:
    """Build, guard and publish what the last fetches stored, without any request."""
    fetched = dg.AssetSelection.assets(*(raw_key(name, table) for name, one in sources.items() for table in one.TABLES))
    return dg.define_asset_job(
        BUILD_JOB,
        selection=pipeline() - fetched,
        executor_def=run_executor,
        tags=run_policy.run_tags(run_policy.BUILD),
        description=with_launchpad(
            BUILD_JOB,
            "Build every model from what the last fetches stored, guard every metric, and publish when all pass.",
        ),
    )


def _raw(source: Source) -> dg.AssetSelection:
    return dg.AssetSelection.assets(*(raw_key(source.CARD.id, table) for table in source.TABLES))
