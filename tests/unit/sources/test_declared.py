"""What sources declare about their publishers' figures is what a person reviewed, in ``declared/<source>.json``.

The pace that a client keeps, the columns that every row must have, the bounds of what is believed, and which figures add up to
which: a slip in one of them is seen by no parser. ``python -m tests.unit.sources.test_declared`` writes the files again, for a person to compare with
``git diff``; a new source gets a file of its own.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from types import ModuleType
from typing import Any, cast

import pytest

from orchestration.contracts.source import Source
from orchestration.sources import load_sources
from tests.unit.reviewed import numbers_of

REVIEWED = Path(__file__).with_name("declared")
SOURCES = load_sources()


def declared(source: Source) -> dict[str, Any]:
    """Pace and release dates, numbers that a module names, columns by table with their type and whether they may be empty, and
    how tables read as figures."""
    card = source.CARD
    return {
        "pace": str(card.pace),
        "release_months": list(card.release_months),
        "release_hours": list(card.release_hours),
        "numbers": numbers_of(cast(ModuleType, source)),
        "columns": {
            name: {one.name: f"{one.type}{'' if one.nullable else ' in every row'}" for one in schema}
            for name, schema in source.TABLES.items()
        },
        "figures": {
            name: {key: sorted(value) if key == "ratios" else value for key, value in asdict(how).items()}
            for name, how in getattr(source, "OBSERVATIONS", {}).items()
        },
    }


def written(source: Source) -> str:
    return json.dumps(declared(source), indent=1, ensure_ascii=False) + "\n"


@pytest.mark.parametrize("name", SOURCES)
def test_a_source_declares_what_was_reviewed(name: str) -> None:
    file = REVIEWED / f"{name}.json"
    assert file.exists(), "a new source: python -m tests.unit.sources.test_declared, then review the file"
    assert json.loads(written(SOURCES[name])) == json.loads(file.read_text(encoding="utf-8"))


def test_nothing_is_kept_of_a_source_that_is_gone() -> None:
    assert {file.stem for file in REVIEWED.iterdir()} <= set(SOURCES)


if __name__ == "__main__":
    for name, source in SOURCES.items():
        (REVIEWED / f"{name}.json").write_text(written(source), encoding="utf-8")
