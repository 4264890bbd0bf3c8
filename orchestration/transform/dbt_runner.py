"""dbt as a program: its environment, parsing, running."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

from filelock import FileLock

from orchestration.core.disk_errors import disk_error
from orchestration.core.errors import DbtError
from orchestration.core.files import sha256_of
from orchestration.core.settings import ENGINE, Settings
from orchestration.transform import dbt_process
from orchestration.transform.build import Build, open_database
from orchestration.transform.engines import engine
from orchestration.transform.model_list import update_model_list

RAW_DIR = "BILATERAL_RAW_DIR"
"""The environment variable with the raw folder of a build; see macros/raw_files.sql."""

PARTIAL_PARSE = "partial_parse.msgpack"
"""The file in a target folder from which dbt resumes a parse."""

_PROJECT_SUFFIXES = {".sql", ".yml", ".py", ".csv", ".md"}


def dbt_environment(settings: Settings, raw: Path, database: Path, target: Path) -> dict[str, str]:
    """Return the environment variables under which dbt builds ``database`` from ``raw`` and writes its artifacts to
    ``target``.

    dbt parses the whole project again when the path of the database changes. The path is relative to the folder of the
    project, in which dbt runs, so that a project and its data can be moved or copied together.
    """
    return {
        ENGINE: settings.engine,
        RAW_DIR: str(raw),
        "BILATERAL_BUILD_DB": os.path.relpath(database, settings.dbt_project.resolve()),
        "DBT_PROFILES_DIR": str(settings.dbt_project),
        "DBT_PROJECT_DIR": str(settings.dbt_project),
        "DBT_TARGET_PATH": str(target),
        "DBT_LOG_PATH": str(target / "logs"),
        # the log repeats all SQL: 30 MB, and a tenth of the time of a build
        "DBT_LOG_LEVEL_FILE": "none",
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        # an error is read in a terminal, in the UI, in a log and in an alert
        "DBT_USE_COLORS": "false",
        dbt_process.PARENT: str(os.getpid()),
        "PYTHONPATH": os.pathsep.join(filter(None, [str(settings.root), os.environ.get("PYTHONPATH")])),
    }


def build_environment(settings: Settings, build: Build) -> dict[str, str]:
    """Return the environment for a build that is ``opened``; dbt resumes the parse of ``parsed_manifest``."""
    environment = dbt_environment(settings, build.raw, open_database(settings), parse_target(settings))
    return {**environment, **engine(settings.engine).environment(settings, build)}


def parse_target(settings: Settings) -> Path:
    """Return dbt's target folder of the last parse."""
    return settings.parsed / "target"


@contextmanager
def in_environment(variables: Mapping[str, str]) -> Iterator[None]:
    """Set environment variables for a block and put the old ones back."""
    before = dict(os.environ)
    os.environ.update(variables)
    try:
        yield
    finally:
        for name in variables.keys() - before.keys():
            del os.environ[name]
        os.environ.update(before)


def parsed_manifest(settings: Settings) -> Path:
    """Return the path of an up-to-date dbt manifest of the project; parse it if any of its files changed.

    It is then parsed as a whole: where dbt resumes a parse after a change of a macro, it loses the ``.yml`` of the
    tests that call it.
    """
    settings.parsed.mkdir(parents=True, exist_ok=True)
    manifest, mark = parse_target(settings) / "manifest.json", settings.parsed / "project.sha256"
    with FileLock(settings.parsed / "parse.lock"):
        update_model_list(settings)
        seen = f"dbt {version('dbt-core')}, {settings.root}, {project_hash(settings)}"
        if not (manifest.exists() and mark.exists() and mark.read_text() == seen):
            engine(settings.engine).require()
            target = parse_target(settings)
            (target / PARTIAL_PARSE).unlink(missing_ok=True)
            run_dbt(settings, ["parse"], dbt_environment(settings, settings.raw, open_database(settings), target))
            mark.write_text(seen)
    return manifest


def keep_parse(settings: Settings, build: Build) -> None:
    """Keep this parse for the next build; it is newer if the data folder was moved."""
    written = build.target / PARTIAL_PARSE
    if written.exists():
        os.replace(written, parse_target(settings) / PARTIAL_PARSE)


def parse_strictly(settings: Settings) -> None:
    """Parse the whole dbt project, every warning being an error."""
    update_model_list(settings)
    environment = dbt_environment(settings, settings.raw, open_database(settings), settings.parsed / "strict")
    run_dbt(settings, ["--warn-error", "--no-partial-parse", "parse"], environment)


def run_dbt(settings: Settings, arguments: list[str], environment: Mapping[str, str]) -> None:
    """Run dbt as its own process; if it fails, raise an error with the end of its output, or about a full disk."""
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-P", "-m", dbt_process.__name__, *arguments],
        env={**os.environ, **environment},
        cwd=settings.dbt_project,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        words = "\n".join((done.stdout + done.stderr).strip().splitlines()[-20:])
        failure = f"dbt {' '.join(arguments)} failed. Its output ends:\n{words}"
        raise disk_error(settings, words) or DbtError(failure, remedy="correct the dbt project")


def project_hash(settings: Settings) -> str:
    """Return one hash over every file of the dbt project; when it changes, the project must be parsed again."""
    lines = [
        f"{path.relative_to(settings.dbt_project)} {sha256_of(path)}"
        for path in sorted(settings.dbt_project.rglob("*"))
        if path.suffix in _PROJECT_SUFFIXES and "target" not in path.parts and path.is_file()
    ]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
