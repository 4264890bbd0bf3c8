"""The build: raw files linked aside, the environment dbt runs in, and what dbt says in plain words. No model and no guard here."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq

from orchestration.catalogue import catalogue_tables
from orchestration.contract import Source
from orchestration.errors import DbtError
from orchestration.files import appearing, link_or_copy, point, read_json, sha256_of
from orchestration.ingest import read_selection
from orchestration.settings import Settings

LATEST = "latest"
RUNS = "runs"
KEPT_BUILDS = 3
FAILING_ROWS_SHOWN = 5
PAYLOADS_SHOWN = 4
_PROJECT_SUFFIXES = {".sql", ".yml", ".py", ".csv", ".md"}


@dataclass(frozen=True)
class Build:
    """One build: ``<build>/runs/<run>/`` with the raw files it saw, its database, dbt's artifacts and, later, its receipt."""

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
    def receipt(self) -> Path:
        return self.folder / "receipt.json"

    def run_results(self) -> list[dict[str, Any]]:
        """What dbt reports of every node of this build."""
        results: list[dict[str, Any]] = read_json(self.target / "run_results.json")["results"]
        return results

    def manifest(self) -> dict[str, Any]:
        """dbt's manifest of this build."""
        manifest: dict[str, Any] = read_json(self.target / "manifest.json")
        return manifest


def latest_build(settings: Settings) -> Build:
    """The last build that dbt finished without a failure.

    Raises:
        DbtError: there is none.
    """
    link = settings.build / LATEST
    if not link.exists():
        raise DbtError(
            "guards and releases need a finished build", remedy="materialise the dbt models first, or run the refresh"
        )
    return Build(link.resolve())


def prepare_build(settings: Settings, sources: Mapping[str, Source], run: str) -> Build:
    """A new build folder with every source's selected raw files and the catalogue, and no database yet.

    Raises:
        FeedError: a source has no raw tables yet.
    """
    build = Build(settings.build / RUNS / run)
    if build.folder.exists():
        shutil.rmtree(build.folder)
    selections = [read_selection(settings, name) for name in sources]
    for selection in selections:
        for item in selection.files:
            link_or_copy(item.path, build.raw / selection.source / item.table / item.path.name)
    for name, table in catalogue_tables(sources, selections, settings.claims).items():
        path = build.raw / "catalogue" / name / f"{name}.parquet"
        with appearing(path) as part:
            pq.write_table(table, part)
    return build


def finish_build(settings: Settings, build: Build) -> None:
    """Make a build the latest one and remove all but the newest few."""
    point(settings.build / LATEST, f"{RUNS}/{build.folder.name}")
    folders = sorted((settings.build / RUNS).iterdir(), key=lambda path: path.stat().st_mtime, reverse=True)
    for folder in folders[KEPT_BUILDS:]:
        if folder != build.folder:
            shutil.rmtree(folder)


def dbt_environment(settings: Settings, build: Build) -> dict[str, str]:
    """The environment variables under which dbt reads this project for this build."""
    names = {
        path.stem
        for pattern in ("models/**/*.sql", "models/**/*.py", "seeds/**/*.csv")
        for path in settings.dbt_project.glob(pattern)
    }
    metrics = {path.stem for path in (settings.dbt_project / "models" / "metrics").glob("*.sql")}
    return {
        "BILATERAL_RAW_DIR": str(build.raw),
        "BILATERAL_BUILD_DB": str(build.database),
        "BILATERAL_MODELS": ",".join(sorted(names)),
        "BILATERAL_METRICS": ",".join(sorted(metrics)),
        "DBT_PROFILES_DIR": str(settings.dbt_project),
        "DBT_PROJECT_DIR": str(settings.dbt_project),
        "DBT_TARGET_PATH": str(build.target),
        "DBT_LOG_PATH": str(build.folder / "logs"),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "PYTHONPATH": os.pathsep.join(filter(None, [str(settings.root), os.environ.get("PYTHONPATH")])),
    }


@contextmanager
def in_environment(variables: Mapping[str, str]) -> Iterator[None]:
    """Set environment variables for a block and put the old ones back."""
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def parsed_manifest(settings: Settings) -> Path:
    """The path of an up-to-date dbt manifest of the project, parsed now when any of its files changed.

    Raises:
        DbtError: the project does not parse.
    """
    folder = settings.build / "parsed"
    build = Build(folder)
    mark = folder / "project.sha256"
    seen = project_hash(settings)
    if (build.target / "manifest.json").exists() and mark.exists() and mark.read_text() == seen:
        return build.target / "manifest.json"
    run_dbt(settings, build, ["parse"])
    mark.write_text(seen)
    return build.target / "manifest.json"


def parse_strictly(settings: Settings) -> None:
    """Parse the dbt project without what an earlier parse left, every warning an error.

    Raises:
        DbtError: dbt warns or fails.
    """
    with tempfile.TemporaryDirectory() as folder:
        run_dbt(settings, Build(Path(folder)), ["--warn-error", "parse"])


def run_dbt(settings: Settings, build: Build, arguments: list[str]) -> None:
    """Run dbt as its own process.

    Raises:
        DbtError: dbt ends with an error; the message holds its last words.
    """
    build.folder.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(  # noqa: S603
        [dbt_program(), "--no-use-colors", *arguments],
        env={**os.environ, **dbt_environment(settings, build)},
        cwd=settings.dbt_project,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        words = "\n".join((done.stdout + done.stderr).strip().splitlines()[-20:])
        raise DbtError(
            f"dbt {' '.join(arguments)} ends without an error; it said:\n{words}", remedy="correct the dbt project"
        )


def dbt_program() -> str:
    """The dbt of the environment that this code runs in, whatever PATH says."""
    return str(Path(sys.executable).with_name("dbt"))


REVIEWED = {
    "reviewed_coverage": ("int_coverage_counted", "source, resource, series, year, observations, median_value"),
    "reviewed_vintages": ("int_vintages_recorded", "source, resource, series, vintage, observations, digest"),
}
"""Seeds that a person reviews, the table of a build that each is taken from, and its columns."""


def review_coverage(settings: Settings) -> list[Path]:
    """Write what the newest build holds into the reviewed seeds, for a person to compare and commit; return the seeds.

    The newest build counts even when its tests failed, since a failed comparison is the occasion for a review.

    Raises:
        DbtError: no build here has counted its coverage.
    """
    databases = settings.build.glob(f"{RUNS}/*/warehouse.duckdb")
    for database in sorted(databases, key=lambda path: path.stat().st_mtime, reverse=True):
        with duckdb.connect(str(database), read_only=True) as connection:
            held = connection.execute("select table_name from duckdb_tables()").fetchall()
            if {(table,) for table, _ in REVIEWED.values()} <= set(held):
                return [_write_reviewed(settings, connection, seed) for seed in REVIEWED]
    raise DbtError("coverage is reviewed from a build; there is none that has counted it", remedy="run: make refresh")


def _write_reviewed(settings: Settings, connection: duckdb.DuckDBPyConnection, seed: str) -> Path:
    table, columns = REVIEWED[seed]
    path = settings.dbt_project / "seeds" / f"{seed}.csv"
    rows = connection.execute(f"select {columns} from intermediate.{table} order by all").df()
    with appearing(path) as part:
        rows.to_csv(part, index=False, lineterminator="\n", date_format="%Y-%m-%d")
    return path


def project_hash(settings: Settings) -> str:
    """One hash over every file of the dbt project, for knowing whether it must be parsed again."""
    names = [
        path for path in sorted(settings.dbt_project.rglob("*")) if path.is_file() and path.suffix in _PROJECT_SUFFIXES
    ]
    lines = [
        f"{path.relative_to(settings.dbt_project)} {sha256_of(path)}" for path in names if "target" not in path.parts
    ]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def dbt_refusal(build: Build) -> DbtError | None:
    """Why a build may not go on: the first failed model or test, its failing rows and the payloads they came from.

    None when nothing failed.
    """
    bad = [item for item in build.run_results() if item["status"] in ("error", "fail", "runtime error")]
    if not bad:
        return None
    first, nodes = bad[0], build.manifest()["nodes"]
    node = nodes.get(first["unique_id"], {})
    rows = _failing_rows(build, first)
    origins = _origins_of(build, rows)
    lines = [f"dbt {node.get('resource_type', 'node')} {node.get('name', first['unique_id'])}: {first['message']}"]
    if node.get("description"):
        lines.append(str(node["description"]).strip())
    lines += [", ".join(f"{name}={value}" for name, value in row.items()) for row in rows]
    lines.append(f"declared in {node.get('original_file_path', 'the dbt project')}")
    others = [str(item["unique_id"]).split(".")[2] for item in bad[1:]]
    if others:
        lines.append(f"and {len(others)} more: {', '.join(others[:8])}")
    return DbtError(
        "\n  ".join(lines),
        publisher=", ".join(sorted({origin["publisher"] for origin in origins})) or None,
        payload=", ".join(_label(origin) for origin in origins[:PAYLOADS_SHOWN]) or None,
        row=next((str(row["payload_pointer"]) for row in rows if row.get("payload_pointer")), None),
        remedy="compare these rows with their payload; correct the payload or the rule, and refresh again",
    )


def _failing_rows(build: Build, result: Mapping[str, Any]) -> list[dict[str, Any]]:
    if result["status"] != "fail" or not result.get("compiled_code") or ".unit_test." in result["unique_id"]:
        return []
    with duckdb.connect(str(build.database), read_only=True) as connection:
        cursor = connection.execute(str(result["compiled_code"]))
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchmany(FAILING_ROWS_SHOWN)]


def _origins_of(build: Build, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The origin cards of the payloads that rows can have come from, as far as the rows themselves say."""
    payloads = pq.read_table(build.raw / "catalogue" / "payloads" / "payloads.parquet").to_pylist()
    keys = ("payload_sha256", "source", "resource")
    known = [{key: row[key] for key in keys if row.get(key)} for row in rows]
    return [
        origin
        for origin in payloads
        if any(told and all(origin[key] == value for key, value in told.items()) for told in known)
    ]


def _label(origin: Mapping[str, Any]) -> str:
    return f"{origin['source']}/{origin['resource']}/{origin['file_name']} sha256:{origin['payload_sha256'][:12]}"
