"""Publishers' area codes as common codes, and the kind and name of each area, from the seeds of the dbt project."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

COUNTRY, AGGREGATE, UNKNOWN = "country", "aggregate", "unknown"


@dataclass(frozen=True)
class Areas:
    """``kinds`` and ``names`` by common code; ``codes`` by list and publisher's code, None where it is left out on purpose."""

    kinds: Mapping[str, str]
    names: Mapping[str, str]
    codes: Mapping[str, Mapping[str, str | None]]

    def name(self, area: str) -> str:
        return self.names.get(area, area)


@cache
def areas_of(seeds: Path, source: str) -> Areas:
    """The areas that a source's seeds know; empty where the project has none, so that codes stay as published."""
    known = [row for path in sorted((seeds / "areas").glob("*.csv")) for row in _rows(path)]
    codes: dict[str, dict[str, str | None]] = {"source": {}}
    path = seeds / "area_codes" / f"area_codes__{source}.csv"
    for row in _rows(path) if path.exists() else ():
        codes.setdefault(row.get("code_list") or "source", {})[row["code"]] = row["area"] or None
    return Areas({row["area"]: row["kind"] for row in known}, {row["area"]: row["name"] for row in known}, codes)


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        yield from csv.DictReader(stream)
