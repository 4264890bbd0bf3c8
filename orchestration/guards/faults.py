"""The fault catalogue, read from ``faults.sql``, and its injection into copies of a metric."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from orchestration.contracts.metric import SERIES
from orchestration.core.sql_quoting import name as quoted
from orchestration.core.sql_quoting import text

_HEADING = re.compile(r"^-- fault (\w+) in (\w+)$", re.MULTILINE)
_FILE = Path(__file__).with_name("faults.sql").read_text(encoding="utf-8").replace("{series}", ", ".join(SERIES))
_PREPARATION, *_BLOCKS = _HEADING.split(_FILE)
_FINGERPRINT = "select count(*), sum(hash(figure)) from"


@dataclass(frozen=True)
class Subject:
    """A metric under audit. Its connection has ``metrics.<name>`` for each of ``metrics``, and can create tables."""

    connection: duckdb.DuckDBPyConnection
    metric: str
    formula: str
    metrics: Collection[str]

    def __post_init__(self) -> None:
        """Copy the metric, so that its rows have an order, and create what the statements of faults read beside it."""
        figures = " union all by name ".join(f"from metrics.{quoted(metric)}" for metric in self.metrics)
        self.connection.execute(f"""
            create or replace view figures as {figures};
            create or replace table original as from metrics.{quoted(self.metric)} order by all;
            {_PREPARATION}
        """)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Return the rows of a query."""
        return self.connection.execute(query).fetchall()


@dataclass(frozen=True)
class Fault:
    """A fault of the catalogue: the view of its parts (label, condition), and the statements that change one part."""

    parts: str
    statements: str

    def injections(self, subject: Subject) -> Iterator[tuple[str, duckdb.DuckDBPyConnection]]:
        """Yield, for each part of a metric that the fault changes, its label and a connection with the table ``faulty``."""
        before = subject.rows(f"{_FINGERPRINT} original as figure")
        for label, part in subject.rows(f"from {self.parts}"):
            with subject.connection.cursor() as cursor:
                cursor.execute(f"""
                    create temp table faulty as from original;
                    create temp view chosen as from original where {part};
                    create temp view ranked as from economies semi join chosen using (area);
                    {self._statements(subject, label, part)}
                """)
                if cursor.execute(f"{_FINGERPRINT} faulty as figure").fetchall() != before:
                    yield label, cursor

    def _statements(self, subject: Subject, label: str, part: str) -> str:
        texts = {"{label}": label, "{metric}": subject.metric, "{formula}": subject.formula}
        sql = self.statements.replace("{part}", f"({part})")
        for name, value in texts.items():
            sql = sql.replace(name, text(value))
        return sql


CATALOGUE = {
    name: Fault(parts, sql) for name, parts, sql in zip(_BLOCKS[::3], _BLOCKS[1::3], _BLOCKS[2::3], strict=True)
}
"""Every fault by its id."""
