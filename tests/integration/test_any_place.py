"""Paths with quotes, patterns and foreign letters, LANG=C, another time zone, and a current folder full of modules. All figures are synthetic."""

import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from orchestration.core.settings import Settings
from orchestration.releases.release_store import require_current
from tests.integration.conftest import TIME_LIMIT, environment
from tests.integration.survival.reduced_project import METRIC, reduced_tree

pytestmark = pytest.mark.slow

PLACE = "o'brien's \"ideas\" [1] *.{csv} #2 50% – Zürich 数据"
PROGRAM = (sys.executable, "-P", "-m", "orchestration.cli.entry")
FIGURES = f"select year, area, vintage, value from {METRIC}_all order by all"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The reduced project in a checkout whose path needs care everywhere."""
    folder = tmp_path_factory.mktemp("places") / PLACE
    return Settings(root=reduced_tree(folder / "tree"), data=folder / "data")


@pytest.fixture(scope="module")
def trap(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a module of every name that a program might import; each notes that it was run, and ends the process."""
    folder = tmp_path_factory.mktemp("trap")
    for name in {*sys.stdlib_module_names, *packages_distributions(), "orchestration", "sitecustomize"}:
        note = f"open({str(folder / 'run.txt')!r}, 'a').write({name!r})\nraise SystemExit(77)\n"
        (folder / f"{name}.py").write_text(note)
    (folder / ".env").write_text("DAGSTER_HOME=/nowhere\n")
    return folder


def variables(place: Settings) -> dict[str, str]:
    return environment(place.root, place.data, LANG="C", LC_ALL="C", TZ="Pacific/Kiritimati")


def run(place: Settings, trap: Path, *arguments: str) -> str:
    """Return what a command prints that ends well and runs no module of the trap."""
    done = subprocess.run(
        [*PROGRAM, *arguments], cwd=trap, env=variables(place), capture_output=True, text=True, timeout=TIME_LIMIT
    )
    assert not (trap / "run.txt").exists(), (trap / "run.txt").read_text()
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_no_command_runs_modules_of_its_folder(place: Settings, trap: Path, tmp_path: Path) -> None:
    run(place, trap, "refresh")
    assert require_current(place).damage() == []
    lines = run(place, trap, "query", FIGURES, "--format", "csv").splitlines()
    assert (len(lines), lines[1]) == (51, "2015,CHN,2026-01-03,215")
    run(place, trap, "site", "--to", str(tmp_path / PLACE))
    assert (tmp_path / PLACE / "index.html").is_file()
