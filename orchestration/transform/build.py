"""A build: its folder, the raw files linked into it, and which build is the latest."""

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, cast

import pyarrow.parquet as pq
from filelock import FileLock

from orchestration.contracts.source import Source
from orchestration.core.data_lock import is_held
from orchestration.core.errors import DbtError, FeedError
from orchestration.core.files import atomic_path, link_or_copy, read_json, remove, replace_symlink
from orchestration.core.progress import log
from orchestration.core.settings import Settings
from orchestration.ingestion.drop_folder import strays
from orchestration.ingestion.fetch_failures import require_an_answer
from orchestration.ingestion.payload_store import BUNDLE
from orchestration.ingestion.selection import Selection, read_selection, selection_path
from orchestration.transform.project import Project, read_project

LATEST = "latest"
RUNS = "runs"
OPEN = "open"
"""The link to the build whose database dbt writes: with one path for all builds, they share a parse of the project."""

KEPT_BUILDS = 3


@dataclass(frozen=True)
class Build:
    """A build: ``<build>/runs/<run>/`` with the raw files it saw, its database, dbt's artifacts and its receipt."""

    folder: Path

    @property
    def raw(self) -> Path:
        return self.folder / "raw"

    @property
    def database(self) -> Path:
        return self.folder / "warehouse.duckdb"

    @property
    def target(self) -> Path:
        return self.folder / "target"

    @property
    def selections(self) -> Path:
        """A folder with the selection of every source that the build sees, ``<source>.json``."""
        return self.folder / "selections"

    @property
    def receipt(self) -> Path:
        return self.folder / "receipt.json"

    @property
    def inputs(self) -> Path:
        """The fingerprint of the inputs and the code that the build was begun with."""
        return self.folder / "fingerprint.json"

    def admission(self, settings: Settings) -> dict[str, Any]:
        """Return, by source, held vintages and the ledger entries that admitted others."""
        kept = [read_selection(settings, path.stem, path) for path in sorted(self.selections.glob("*.json"))]
        return {
            item.source: {
                "held": [vintage.as_json() for vintage in item.held],
                "decisions": [*map(dict, item.decisions)],
            }
            for item in kept
            if item.held or item.decisions
        }

    def as_of(self) -> date | None:
        """Return the day as of which this build was made; None for one of every vintage."""
        path = self.raw / "catalogue" / "as_of" / "as_of.parquet"
        return cast("date | None", pq.read_table(path)["as_of"][0].as_py()) if path.exists() else None

    def later(self) -> set[str]:
        """Return the raw tables (``source.table``) whose later vintages a build as of an earlier day leaves out."""
        path = self.raw / "catalogue" / "later" / "later.parquet"
        rows = pq.read_table(path).to_pylist() if path.exists() else ()
        return {f"{row['source']}.{row['table_name']}" for row in rows}

    @property
    def artifacts(self) -> tuple[Path, Path]:
        """dbt's artifacts of this build: its nodes, and the result of each."""
        return self.target / "manifest.json", self.target / "run_results.json"

    def run_results(self) -> list[dict[str, Any]]:
        """Return dbt's result of every node of this build."""
        return cast("list[dict[str, Any]]", read_json(self.artifacts[1])["results"])

    @property
    def project(self) -> Project:
        """The dbt project of this build."""
        return read_project(self.artifacts[0])


def latest_build(settings: Settings) -> Build:
    """Return the last build that dbt finished without a failure, or raise DbtError."""
    link = settings.build / LATEST
    if not link.exists():
        raise DbtError(
            "guards and releases need a finished build", remedy="materialise the dbt models first, or run the refresh"
        )
    return Build(link.resolve())


def open_database(settings: Settings) -> Path:
    """Return the path of the database that dbt opens, the same for every build of a data folder."""
    return Build(settings.parsed.with_name(OPEN)).database


@contextmanager
def open_build(settings: Settings, build: Build) -> Iterator[None]:
    """Point ``open_database`` at a build's database until the block ends; wait while another process uses it."""
    link = open_database(settings).parent
    link.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(link.with_suffix(".lock")):
        replace_symlink(link, os.path.relpath(build.folder, link.parent))
        try:
            yield
        finally:
            link.unlink()


def prepare_build(settings: Settings, sources: Mapping[str, Source], run: str) -> Build:
    """Return a new build folder with the selected raw files of every source and the catalogue, and no database yet.

    Raw files that earlier code of a source wrote are regenerated from stored payloads. Raise FeedError if a source has
    no raw tables yet, no requested publisher answered, or nothing had been published by the requested day.
    """
    # they load pandas and an HTTP client, which readers of a build do not need
    from orchestration.admission.ingest import read_again
    from orchestration.catalog.catalog_tables import catalogue_tables
    from orchestration.contracts.unit import units_of_project

    for stray in strays(settings.drop, sources.keys()):
        log.info(f"drop     {stray}")
    require_an_answer(sources, settings)
    for source in sources.values():
        read_again(source, settings)
    build = Build(settings.build / RUNS / run)
    remove(build.folder)
    build.selections.mkdir(parents=True)
    selections: list[Selection] = []
    for name in sources:  # copies, so that a fetch during the build changes nothing in them
        kept = build.selections / f"{name}.json"
        if (written := selection_path(settings, name)).exists():
            shutil.copyfile(written, kept)
        selections.append(read_selection(settings, name, kept))
    if settings.as_of and not any(selection.vintages for selection in selections):
        later = ((day, item.source) for item in selections for vintages in item.later.values() for day in vintages)
        day, publisher = min(later)
        remedy = f"name {day} or a later day: the first vintage is of {publisher}"
        raise FeedError(f"nothing had been published by {settings.as_of}", remedy=remedy)
    for selection in selections:
        _link(build, selection, sources[selection.source], settings)
    units = units_of_project(settings.dbt_project)
    tables = catalogue_tables(sources, selections, settings.claims, settings.corrections, units, settings.as_of)
    for name, table in tables.items():
        path = build.raw / "catalogue" / name / f"{name}.parquet"
        with atomic_path(path) as part:
            pq.write_table(table, part)
    return build


def _link(build: Build, selection: Selection, source: Source, settings: Settings) -> None:
    """Link the raw files of a source into a build, each under a name that puts the largest of its table first.

    DuckDB estimates the rows of every file by those of the first. After a small one, it took a table of 100 million
    rows for 25,680, and kept it in memory as the smaller side of joins.
    """
    from orchestration.admission.figures import write_known_areas

    for place, item in enumerate(sorted(selection.files, key=lambda file: (-file.rows, file.path.name))):
        path = build.raw / selection.source / item.table / f"{place:05d}_{item.path.name}"
        is_reviewed = selection.feeds.get(item.payload_sha256, BUNDLE) == BUNDLE
        if is_reviewed or not write_known_areas(source, item, path, settings):
            link_or_copy(item.path, path)


def finish_build(settings: Settings, build: Build) -> None:
    """Make a build the latest one and remove all but the newest few."""
    replace_symlink(settings.build / LATEST, f"{RUNS}/{build.folder.name}")
    remove_old_builds(settings)


def kept_builds(settings: Settings) -> list[Build]:
    """Return all builds, newest first, whether or not they were finished."""
    folders = (settings.build / RUNS).glob("*")
    return [Build(folder) for folder in sorted(folders, key=lambda path: path.stat().st_mtime, reverse=True)]


def remove_old_builds(settings: Settings) -> list[Path]:
    """Remove all but the newest few builds, and those that a killed process left unfinished; return what was removed.

    The latest one stays, and so do those whose run is at work by its lock. A build that dbt finished counts as finished
    even if its tests failed: it is the one to look into.
    """
    builds = kept_builds(settings)
    finished = [build.folder for build in builds if build.artifacts[1].exists()]
    kept = {path.resolve() for path in (*finished[:KEPT_BUILDS], settings.build / LATEST)}
    others = (build.folder for build in builds if build.folder.resolve() not in kept)
    removed = [folder for folder in others if not is_held(settings.run_locks / folder.name)]
    for folder in removed:
        remove(folder)
    return removed
