"""What sources declare about their publishers' figures, as it was reviewed in ``declared.json``.

The pace that a client keeps, the columns that every row must have, and which figures add up to which: a slip in one of them
is seen by no parser. A change on purpose is written into the file.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from orchestration.sources import (
    bea,
    eurostat,
    imf,
    load_sources,
    ncses,
    oecd,
    patentsview,
    publications,
    safe,
    sec,
    unctad,
    uspto,
    wipo,
    world_bank,
    wto,
)

SOURCES = (bea, eurostat, imf, ncses, oecd, patentsview, publications, safe, sec, unctad, uspto, wipo, world_bank, wto)
REVIEWED = json.loads(Path(__file__).with_name("declared.json").read_text(encoding="utf-8"))


def declared(source: ModuleType) -> dict[str, Any]:
    """Pace and release dates, columns by table with their type and whether they may be empty, and how tables read as figures."""
    card = source.CARD
    return {
        "pace": str(card.pace),
        "release_months": list(card.release_months),
        "release_hours": list(card.release_hours),
        "columns": {
            name: {one.name: f"{one.type}{'' if one.nullable else ' in every row'}" for one in schema}
            for name, schema in source.TABLES.items()
        },
        "figures": {
            name: {key: sorted(value) if key == "ratios" else value for key, value in asdict(how).items()}
            for name, how in getattr(source, "OBSERVATIONS", {}).items()
        },
    }


@pytest.mark.parametrize("source", SOURCES, ids=lambda one: one.CARD.id)
def test_a_source_declares_what_was_reviewed(source: ModuleType) -> None:
    assert json.loads(json.dumps(declared(source))) == REVIEWED[source.CARD.id]


def test_every_source_was_reviewed() -> None:
    assert sorted(load_sources()) == sorted(REVIEWED) == sorted(one.CARD.id for one in SOURCES)
