"""The part of a metric that a person reviewed: the rows by whose sizes and presence a suite may judge."""

from __future__ import annotations

import csv
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import pyarrow as pa

from orchestration.contracts.metric import SERIES
from orchestration.guards.guard_columns import GuardedRows
from orchestration.transform.reviewed_seeds import REVIEWED_AREAS

if TYPE_CHECKING:
    from great_expectations.expectations.expectation import Expectation

KEY = ["source", "vintage", "area", "counterpart_area"]
"""What a review of a metric covers: publishers, vintages and areas."""

_KEY_SCHEMA = pa.schema((name, pa.date32() if name == "vintage" else pa.string()) for name in KEY)

WHOLE = ["measure", "clock", "authority", "source", "basis", "year"]
"""Columns within which one vintage follows another."""

Reviewed: TypeAlias = frozenset[tuple[str, date, str, str]]
"""Each reviewed ``KEY`` of a metric; the source of a figure from several is such as ``bea+wto``."""


@dataclass(frozen=True)
class ReviewedPart:
    """The reviewed rows of a metric, and the relation of later vintages, where any of these replaced a reviewed one.

    A metric of the newest figures alone loses a reviewed vintage when a later one arrives.
    """

    rows: GuardedRows
    later: str | None = None

    def is_superseded(self, expectation: Expectation) -> bool:
        """Return whether later figures can have replaced the reviewed rows that an expectation demands."""
        if self.later is None or not is_of_presence(expectation):
            return False
        query = f"from {self.later} where {getattr(expectation, 'where', 'true')} limit 1"
        return bool(self.rows.connection.execute(query).fetchall())


def reviewed_part(reviewed: Reviewed, rows: GuardedRows) -> ReviewedPart:
    """Return the reviewed part of some rows: all of them where the metric was never reviewed."""
    present = set(rows.connection.execute(f"select distinct {', '.join(KEY)} from {rows.relation}").fetchall())
    if not reviewed or present <= reviewed:
        return ReviewedPart(rows)
    part, keys = f"{rows.relation}_reviewed", f"{rows.relation}_reviewed_keys"
    rows.connection.register(keys, pa.table(list(zip(*reviewed, strict=True)), schema=_KEY_SCHEMA))
    relation = f"(from {rows.relation} semi join {keys} using ({', '.join(KEY)}))"
    rows.connection.execute(f"create or replace temp table {part} as {as_newest_sql(relation)}")
    replaced = {key[:2] for key in reviewed} - {key[:2] for key in present}
    later = f"{rows.relation} anti join {keys} using (source, vintage)" if replaced else None
    return ReviewedPart(replace(rows, relation=part), later)


def is_of_presence(expectation: Expectation) -> bool:
    """Return whether an expectation demands rows; others judge each row by itself."""
    return bool(getattr(expectation, "demands_rows", False))


def as_newest_sql(relation: str) -> str:
    """Return the SQL of a relation in which the newest remaining vintage is the latest again.

    Rows marked latest were never superseded; a later bound does not replace them.
    """
    whole, figure = ", ".join(WHOLE), ", ".join([*SERIES, "year"])
    return f"""
        select * replace (
            is_latest or (
                vintage = max(vintage) over (partition by {whole})
                and not bool_or(is_latest) over (partition by {figure})
            ) as is_latest
        )
        from {relation}
    """


def read_reviewed(folder: Path, metric: str) -> Reviewed:
    """Return the reviewed keys of a metric from the list in the folder of suites."""
    path = folder / REVIEWED_AREAS
    if not path.exists():
        return frozenset()
    with path.open(encoding="utf-8", newline="") as stream:
        return frozenset(
            (row["source"], date.fromisoformat(row["vintage"]), area, row["counterpart_area"])
            for row in csv.DictReader(stream)
            if row["metric_id"] == metric
            for area in row["areas"].split()
        )
