"""The code location for the UI, the command line and the tests; it loads without network, secrets or a database."""

import warnings
from collections.abc import Iterable, Mapping

import dagster as dg

from orchestration.assets.admission_checks import admission_checks
from orchestration.assets.data_folder import data_folder_resources
from orchestration.assets.dbt_assets import attach_tests, dbt_resource, model_assets, model_key
from orchestration.assets.guard_checks import metric_guards, metric_key
from orchestration.assets.publisher_assets import publisher_spec
from orchestration.assets.raw_assets import OWNER, catalogue_specs, raw_assets, raw_key
from orchestration.assets.release_asset import release_asset
from orchestration.assets.vintage_assets import vintages_asset
from orchestration.automation import triggers
from orchestration.automation.calendars import freshness
from orchestration.automation.housekeeping import housekeeping_schedule
from orchestration.automation.isolation_hook import isolation_hook
from orchestration.automation.jobs import all_jobs
from orchestration.automation.run_sensors import run_sensors
from orchestration.contracts.source import Source
from orchestration.core.errors import BilateralError
from orchestration.core.files import read_json
from orchestration.core.processes import end_with_service
from orchestration.core.settings import Settings, ensure_home, program
from orchestration.core.suggestions import did_you_mean
from orchestration.sources import load_sources
from orchestration.transform.dbt_process import COMMAND
from orchestration.transform.dbt_runner import parsed_manifest
from orchestration.transform.project import Project


def build_definitions(settings: Settings | None = None, sources: Mapping[str, Source] | None = None) -> dg.Definitions:
    """Assemble the code location; tests and the command line pass their own settings or sources.

    Raises:
        BilateralError: a source, the dbt project or a metric's suite is not complete.
    """
    ensure_home()
    warnings.filterwarnings("ignore", category=dg.BetaWarning)  # code references, backfill policies
    settings = settings or Settings.from_environment()
    sources = sources if sources is not None else load_sources()
    _require_known(settings.live_sources, sources)
    manifest = read_json(parsed_manifest(settings))
    attach_tests(manifest)
    project = Project(manifest)
    _ = project.lineages  # a figure that cannot be explained is not built
    marts = [model_key(node.name) for node in project.of_kind("model") if node.layer == "marts"]
    guards = metric_guards(settings, project.metrics)
    assets: list[dg.AssetsDefinition | dg.AssetSpec] = [
        *(publisher_spec(source, OWNER) for source in sources.values()),
        *(raw_assets(source, settings, project, freshness(source, settings)) for source in sources.values()),
        *(vintages_asset(source, settings, _raw_tables(source), OWNER) for source in sources.values()),
        *catalogue_specs(),
        model_assets(sources, settings, manifest),
        release_asset(sources, settings, [*marts, *(metric_key(name) for name in project.metrics)]),
    ]
    hooks = [] if settings.as_of else [isolation_hook(sources, settings)]
    jobs = all_jobs(sources, guards.check_keys, hooks)
    return dg.Definitions(
        assets=assets,
        asset_checks=[
            guards,
            *(admission_checks(source, settings, _raw_tables(source)) for source in sources.values()),
        ],
        jobs=list(jobs.values()),
        schedules=[
            *triggers.calendar_schedules(sources, settings, jobs),
            housekeeping_schedule(sources, settings),
        ],
        sensors=[
            triggers.drop_sensor(sources, settings, jobs),
            triggers.input_sensor(sources, settings, jobs),
            *run_sensors(sources, settings, jobs),
        ],
        resources={
            **data_folder_resources(settings),
            # hardcoded: a configurable resource would appear in every launchpad
            "dbt": dg.ResourceDefinition.hardcoded_resource(dbt_resource(settings, program(COMMAND))),
        },
        executor=dg.in_process_executor,
    )


def _raw_tables(source: Source) -> list[dg.AssetKey]:
    return [raw_key(source.CARD.id, table) for table in source.TABLES]


def _require_known(wanted: Iterable[str], sources: Mapping[str, Source]) -> None:
    for name in sorted(wanted):
        if name not in sources:
            hint = did_you_mean(name, dict.fromkeys(sources, ""))
            raise BilateralError(
                f"BILATERAL_LIVE_SOURCES names the unknown source {name!r}",
                remedy=f"{hint} see all: bilateral sources".lstrip(),
            )


@dg.definitions
def defs() -> dg.Definitions:
    """Return the code location that ``workspace.yaml`` and ``dg`` open."""
    end_with_service()
    return build_definitions()
