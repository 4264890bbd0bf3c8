"""The jobs: refresh, build, guard and publish, and a fetch for each source."""

from collections.abc import Iterable, Mapping
from typing import Any

import dagster as dg

from orchestration.assets import run_tags
from orchestration.assets.dbt_assets import DEFAULTS
from orchestration.assets.raw_assets import raw_key
from orchestration.assets.release_asset import RELEASE_KEY, accept_config
from orchestration.assets.vintage_assets import GROUP as VINTAGES
from orchestration.automation import run_policy
from orchestration.contracts.source import Source


def fetch_job_name(source_id: str) -> str:
    """Return the name of the job that fetches a source."""
    return f"fetch_{source_id}"


def all_jobs(
    sources: Mapping[str, Source], guards: Iterable[dg.AssetCheckKey], hooks: Iterable[dg.HookDefinition] = ()
) -> dict[str, Any]:
    """Return every asset job by its name.

    Args:
        guards: the checks of the metrics' suites.
        hooks: those of the jobs that build every model.
    """
    everything = dg.AssetSelection.all() | dg.AssetSelection.all_asset_checks()
    pipeline = everything - dg.AssetSelection.groups(VINTAGES)  # partitions are materialised one by one
    raw = {name: [raw_key(name, table) for table in source.TABLES] for name, source in sources.items()}
    tables = [key for keys in raw.values() for key in keys]  # their checks show what an earlier build held back
    whole = {"ops": {**DEFAULTS, **accept_config("")["ops"]}}
    jobs = [
        _job(
            run_tags.REFRESH,
            pipeline,
            run_tags.REFRESH,
            "Fetch every source, build and guard every metric, and publish a release when all guards pass.",
            whole,
            hooks,
        ),
        _job(
            run_policy.BUILD_JOB,
            (pipeline - dg.AssetSelection.assets(*tables)) | dg.AssetSelection.checks_for_assets(*tables),
            run_tags.BUILD,
            "Build every model from what the last fetches stored, guard every metric, and publish when all pass.",
            whole,
            hooks,
        ),
        _job(
            run_policy.GUARD_JOB,
            dg.AssetSelection.checks(*guards) | dg.AssetSelection.assets(RELEASE_KEY),
            run_tags.BUILD,
            "Guard the latest build again and publish it when all guards pass; nothing is fetched or built. For when a "
            "suite in expectations/ was corrected, or a refusal is accepted with a reason.",
            accept_config(""),
        ),
        *(
            _job(
                fetch_job_name(name),
                dg.AssetSelection.assets(*raw[name]),
                run_tags.FETCH,
                f"Fetch {source.CARD.publisher} and store the payloads. Unchanged answers are not sent again.",
            )
            for name, source in sources.items()
        ),
    ]
    return {job.name: job for job in jobs}


def config_of_a_build(config: Mapping[str, Any]) -> dict[str, Any]:
    """Return the part of a refresh's run configuration that a build has, too."""
    ops = config.get("ops", {})
    return {"ops": {name: ops[name] for name in (*DEFAULTS, RELEASE_KEY.to_python_identifier()) if name in ops}}


def _job(
    name: str,
    selection: dg.AssetSelection,
    kind: str,
    description: str,
    config: Mapping[str, Any] | None = None,
    hooks: Iterable[dg.HookDefinition] = (),
) -> Any:
    """Return a job whose description links its launchpad, since the page's button leaves out checks of other assets."""
    return dg.define_asset_job(
        name,
        selection=selection,
        config=dict(config) if config else None,
        hooks=frozenset(hooks),
        tags=run_policy.run_tags(kind),
        description=f"{description}\n\n[Open the launchpad](/locations/{run_policy.LOCATION}/jobs/{name}/playground)",
    )
