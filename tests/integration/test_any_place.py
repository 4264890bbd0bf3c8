"""A refresh at a path with quotes, patterns and foreign letters, LANG=C, another time zone, and a folder full of
modules.

Each format number stands for one shape of the files that it writes and a later version reads; `formats.json` records
them. All figures are synthetic.
"""

import json
import os
import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from orchestration.contracts.metric import ALL_VINTAGES
from orchestration.core import versions
from orchestration.core.files import read_json, write_json
from orchestration.core.settings import Settings
from orchestration.reading import read_only, release_log
from orchestration.reading.read_only import CONTENTS
from orchestration.reading.release_store import parquet_path, require_current
from tests.integration.conftest import TIME_LIMIT, environment
from tests.integration.survival.reduced_project import METRIC, SOURCE, reduced_tree

pytestmark = [pytest.mark.campaign, pytest.mark.ci]

PLACE = "o'brien's \"ideas\" [1] *.{csv} #2 50% – Zürich 数据"
PROGRAM = (sys.executable, "-P", "-m", "orchestration.cli.entry")
FIGURES = f"select year, area, vintage, value from {METRIC}_all order by all"


@pytest.fixture(scope="module")
def trap(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a module of every importable name; each notes that it ran, and ends the process."""
    folder = tmp_path_factory.mktemp("trap")
    for name in {*sys.stdlib_module_names, *packages_distributions(), "orchestration", "sitecustomize"}:
        note = f"open({str(folder / 'run.txt')!r}, 'a').write({name!r})\nraise SystemExit(77)\n"
        (folder / f"{name}.py").write_text(note)
    (folder / ".env").write_text("DAGSTER_HOME=/nowhere\n")
    return folder


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, trap: Path) -> Settings:
    """The reduced project with one release, in a checkout whose path needs care everywhere."""
    folder = tmp_path_factory.mktemp("places") / PLACE
    settings = Settings(root=reduced_tree(folder / "tree"), data=folder / "data")
    run(settings, trap, "refresh")
    return settings


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
    assert require_current(place).damage() == []
    lines = run(place, trap, "query", FIGURES, "--format", "csv").splitlines()
    assert (len(lines), lines[1]) == (51, "2015,CHN,2026-01-03,215")
    run(place, trap, "site", "--to", str(tmp_path / PLACE))
    assert (tmp_path / PLACE / "index.html").is_file()


RECORDED = Path(__file__).with_name("formats.json")
RECORD = "BILATERAL_RECORD_FORMATS"
NUMBERS = {"data": versions.DATA_FORMAT, "log": release_log.FORMAT, "release": read_only.FORMAT}
MAPS = "answers files keys limits lineages metrics no_data sources tables versions dbt sha256"
"""Objects whose keys are names of tables, files or packages; only their values have a shape."""


def shape(value: Any, name: str = "") -> Any:
    """Return the keys of JSON with the types of their values; of lists and named things, those of the first."""
    if isinstance(value, list):
        return [shape(value[0])] if value else []
    if not isinstance(value, dict):
        return type(value).__name__
    items = {"*": next(iter(value.values()), None)} if name in MAPS.split() else value
    return {key: shape(item, key) for key, item in sorted(items.items())}


def shapes(settings: Settings) -> dict[str, Any]:
    """Return what a refresh writes and later versions read."""
    release = require_current(settings)
    names = {path.name for path in release.folder.iterdir()}
    tables = {name: pq.read_schema(parquet_path(release.folder, name)).names for name in (METRIC, ALL_VINTAGES)}
    fetched = next((settings.landing / SOURCE / "fetches").glob("*/*.json"))
    lines = [json.loads(line) for line in (settings.releases / release_log.LOG).read_text().splitlines()]
    return {
        "data": {"mark": shape(read_json(settings.data / "format.json")), "fetch": shape(read_json(fetched))},
        "log": {
            "head": shape(read_json(settings.releases / release_log.HEAD)),
            "lines": {line["event"]: shape(line) for line in lines},
        },
        "release": {
            "names": sorted(names),
            "columns": tables,
            CONTENTS: shape(release.content),
            "lineage.json": shape(read_json(release.folder / "lineage.json")),
            "origins.json": shape(read_json(release.folder / "origins.json")),
        },
    }


@pytest.mark.parametrize("subject", NUMBERS)
def test_another_shape_has_another_number(place: Settings, subject: str) -> None:
    recorded, number = read_json(RECORDED), str(NUMBERS[subject])
    present = shapes(place)[subject]
    if os.environ.get(RECORD):
        recorded.setdefault(subject, {}).setdefault(number, present)  # a recorded shape is never replaced
        write_json(RECORDED, recorded)
    assert recorded[subject].get(number) == present, (
        f"format {number} of the {subject} has another shape in {RECORDED.name}: raise its FORMAT and SINCE, keep reading "
        f"the earlier ones, name both in CHANGELOG.md, then run this test with {RECORD}=1"
    )
