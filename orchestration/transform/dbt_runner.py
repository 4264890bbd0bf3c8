"""dbt as a program: the environment it reads this project in, parsing, running. What it found is told elsewhere."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

from orchestration.core.errors import DbtError
from orchestration.core.files import sha256_of
from orchestration.core.settings import Settings
from orchestration.transform import dbt_process
from orchestration.transform.build import Build

DBT_MODULE = ("-m", dbt_process.__name__)
"""Python's arguments for a dbt that ends when the process that started it ends."""

_PROJECT_SUFFIXES = {".sql", ".yml", ".py", ".csv", ".md"}


def dbt_environment(settings: Settings, build: Build) -> dict[str, str]:
    """The environment variables under which dbt reads this project for this build."""
    names = {
        path.stem
        for pattern in ("models/**/*.sql", "models/**/*.py", "seeds/**/*.csv")
        for path in settings.dbt_project.glob(pattern)
    }
    metrics = {path.stem for path in (settings.dbt_project / "models" / "metrics").glob("*.sql")}
    return {
        dbt_process.RAW_DIR: str(build.raw),
        "BILATERAL_BUILD_DB": str(build.database),
        "BILATERAL_MODELS": ",".join(sorted(names)),
        "BILATERAL_METRICS": ",".join(sorted(metrics)),
        "DBT_PROFILES_DIR": str(settings.dbt_project),
        "DBT_PROJECT_DIR": str(settings.dbt_project),
        "DBT_TARGET_PATH": str(build.target),
        "DBT_LOG_PATH": str(build.folder / "logs"),
        # what it writes there is its SQL once more, 30 MB of it, at a tenth of the time of a build
        "DBT_LOG_LEVEL_FILE": "none",
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        dbt_process.PARENT: str(os.getpid()),
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
    build = Build(settings.parsed)
    mark = settings.parsed / "project.sha256"
    seen = f"dbt {version('dbt-core')}, for all builds, {project_hash(settings)}"
    made = (build.target / name for name in ("manifest.json", dbt_process.PACKED))
    if all(path.exists() for path in made) and mark.exists() and mark.read_text() == seen:
        return build.target / "manifest.json"
    run_dbt(settings, build, ["parse"], {dbt_process.RAW_DIR: dbt_process.RAW_DIR})
    mark.write_text(seen)
    return build.target / "manifest.json"


def without_parsing(settings: Settings) -> dict[str, str]:
    """The environment in which our dbt takes the manifest of ``parsed_manifest`` instead of parsing the project once more.

    Raises:
        DbtError: the project does not parse.
    """
    return {dbt_process.PARSED: str(parsed_manifest(settings).parent)}


def parse_strictly(settings: Settings) -> None:
    """Parse the dbt project without what an earlier parse left, every warning an error.

    Raises:
        DbtError: dbt warns or fails.
    """
    with tempfile.TemporaryDirectory() as folder:
        run_dbt(settings, Build(Path(folder)), ["--warn-error", "parse"])


def run_dbt(
    settings: Settings, build: Build, arguments: list[str], environment: Mapping[str, str] | None = None
) -> None:
    """Run dbt as its own process, with these variables instead of the build's.

    Raises:
        DbtError: dbt ends with an error; the message holds its last words.
    """
    build.folder.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(  # noqa: S603
        [sys.executable, *DBT_MODULE, "--no-use-colors", *arguments],
        env={**os.environ, **dbt_environment(settings, build), **(environment or {})},
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


def project_hash(settings: Settings) -> str:
    """One hash over every file of the dbt project, for knowing whether it must be parsed again."""
    names = [
        path for path in sorted(settings.dbt_project.rglob("*")) if path.is_file() and path.suffix in _PROJECT_SUFFIXES
    ]
    lines = [
        f"{path.relative_to(settings.dbt_project)} {sha256_of(path)}" for path in names if "target" not in path.parts
    ]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
