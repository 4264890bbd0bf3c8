"""Each format number stands for one shape of the files that a later version reads; `formats.json` records them."""

import json
import os
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from orchestration.core import versions
from orchestration.core.files import read_json, write_json
from orchestration.releases import release_log, release_store
from orchestration.releases.release_store import ALL_VINTAGES, CONTENTS, parquet_path
from tests.integration.conftest import PublishedCopy
from tests.integration.survival.reduced_project import METRIC, SOURCE

RECORDED = Path(__file__).with_name("formats.json")
RECORD = "BILATERAL_RECORD_FORMATS"
NUMBERS = {"data": versions.DATA_FORMAT, "log": release_log.FORMAT, "release": release_store.FORMAT}
MAPS = {
    "answers",
    "files",
    "keys",
    "limits",
    "lineages",
    "metrics",
    "no_data",
    "sources",
    "tables",
    "versions",
    "dbt",
    "sha256",
}
"""Objects whose keys are names of tables, files or packages; only their values have a shape."""


def shape(value: Any, name: str = "") -> Any:
    """Return the keys of JSON, with the types of values; of a list, and of an object of named things, that of the first."""
    if isinstance(value, list):
        return [shape(value[0])] if value else []
    if not isinstance(value, dict):
        return type(value).__name__
    items = {"*": next(iter(value.values()), None)} if name in MAPS else value
    return {key: shape(item, key) for key, item in sorted(items.items())}


def shapes(copy: PublishedCopy) -> dict[str, Any]:
    """Return what a refresh writes and later versions read."""
    settings = copy.settings
    release = release_store.require_current(settings)
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
def test_another_shape_has_another_number(reduced_copy: PublishedCopy, subject: str) -> None:
    recorded, number = read_json(RECORDED), str(NUMBERS[subject])
    present = shapes(reduced_copy)[subject]
    if os.environ.get(RECORD):
        recorded.setdefault(subject, {}).setdefault(number, present)  # a recorded shape is never replaced
        write_json(RECORDED, recorded)
    assert recorded[subject].get(number) == present, (
        f"format {number} of the {subject} has another shape in {RECORDED.name}: raise its FORMAT and SINCE, keep reading "
        f"the earlier ones, name both in CHANGELOG.md, then run this test with {RECORD}=1"
    )
