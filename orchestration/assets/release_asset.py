"""The release as an asset downstream of every metric and mart."""

from collections.abc import Iterable, Mapping
from typing import Any

import dagster as dg
from pydantic import Field

from orchestration.assets.data_folder import DataFolder, Publishing
from orchestration.assets.descriptions import code_references, link
from orchestration.assets.failures import failing_in_words
from orchestration.assets.raw_assets import OWNER
from orchestration.assets.run_tags import KIND
from orchestration.contracts.source import Source
from orchestration.core.files import read_json
from orchestration.core.settings import Settings
from orchestration.ingestion.selection import read_selection
from orchestration.transform.build import latest_build

RELEASE_KEY = dg.AssetKey(["release"])

NOT_PUBLISHED = "not published: only a part was built and guarded; launch build_and_publish for a release"
"""Metadata of the release when a run built only some assets; the run still succeeds."""


class ReleaseConfig(dg.Config):
    """The configuration of one release, from the launchpad or the command line."""

    accept: str = Field(
        default="",
        description="Why this one release may differ from the current one beyond its metrics' limits. It is recorded "
        "in the release, and it opens nothing that tests and suites closed.",
    )


def accept_config(reason: str) -> dict[str, Any]:
    """Return the run configuration with this reason."""
    return {"ops": {RELEASE_KEY.to_python_identifier(): {"config": {"accept": reason}}}}


def release_asset(
    sources: Mapping[str, Source], settings: Settings, deps: Iterable[dg.AssetKey]
) -> dg.AssetsDefinition:
    """Return the asset of the release: a new one, or the current one when inputs and code are the same."""

    @dg.asset(
        key=RELEASE_KEY,
        deps=list(deps),
        group_name="release",
        kinds={"duckdb", "parquet"},
        owners=[OWNER],
        metadata=code_references(settings, "orchestration/releases/publish.py"),
        description="An immutable folder that readers open: DuckDB file, Parquet, data package, guard report, pages, "
        "difference from the release before, origin cards. It appears by one rename, for a build whose receipt "
        "states that every model, test and suite passed, and that differs from the release before within the limits of "
        "its metrics.",
    )
    def release(
        context: dg.AssetExecutionContext, config: ReleaseConfig, data_folder: DataFolder, publishing: Publishing
    ) -> dg.MaterializeResult[None]:
        from orchestration.releases.publish import publish
        from orchestration.site.write_site import write_site

        with failing_in_words(settings):
            build = latest_build(settings)
            if KIND not in context.run.tags and not build.receipt.exists():
                return dg.MaterializeResult(metadata={"release": dg.MetadataValue.text(NOT_PUBLISHED)})
            selections = [read_selection(settings, name, build.selections / f"{name}.json") for name in sources]
            mark = read_json(build.inputs)
            published, is_new = publish(settings, build, selections, mark, config.accept.strip(), write_site)
        news = "" if is_new else " is still the current one: inputs and code are the same"
        context.log.info(f"release  {published.id}{news}")
        return dg.MaterializeResult(
            metadata={
                "release": dg.MetadataValue.text(published.id),
                "new": dg.MetadataValue.bool(is_new),
                "folder": dg.MetadataValue.path(str(published.folder)),
                "pages": link(f"releases/{published.id}/site/index.html"),
                "guard report": link(f"releases/{published.id}/guards.html"),
                "dagster/row_count": dg.MetadataValue.int(sum(published.content["tables"].values())),
                "tables": dg.MetadataValue.json(dict(published.content["tables"])),
                "differs from the release before": dg.MetadataValue.json(published.content["diff"]),
            }
        )

    return release
