"""How long, how often and how much of a publisher is asked are numbers that a person reviewed, in ``numbers.json``.

``python -m tests.unit.ingestion.test_numbers`` writes the file again, for a person to compare with ``git diff``.
"""

from __future__ import annotations

import importlib
import json
import pkgutil
from pathlib import Path

import orchestration.ingestion
from tests.unit.reviewed import numbers_of

REVIEWED = Path(__file__).with_name("numbers.json")


def written() -> str:
    names = sorted(info.name for info in pkgutil.iter_modules(orchestration.ingestion.__path__))
    found = {name: numbers_of(importlib.import_module(f"orchestration.ingestion.{name}")) for name in names}
    return json.dumps({name: numbers for name, numbers in found.items() if numbers}, indent=1) + "\n"


def test_the_numbers_are_those_that_were_reviewed() -> None:
    assert json.loads(written()) == json.loads(REVIEWED.read_text(encoding="utf-8"))


if __name__ == "__main__":
    REVIEWED.write_text(written(), encoding="utf-8")
