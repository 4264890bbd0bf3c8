"""The fault catalogue, read from ``faults.sql``, and its injection into copies of a metric."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration.contracts.metric import SERIES
from orchestration.core.sql_quoting import name as quoted
from orchestration.core.sql_quoting import text

_HEADING = re.compile(r"^-- fault (\w+) in (\w+)$", re.MULTILINE)
_FILE = Path(__file__).with_name("faults.sql").read_text(encoding="utf-8").replace("{series}", ", ".join(SERIES))
_PREPARATION, *_BLOCKS = _HEADING.split(_FILE)
_FINGERPRINT = "select count(*), sum(hash(figure)) from"


@dataclass(frozen=True)
class Fault:
    """A fault of the catalogue: the view of its parts (label, condition), and the statements that change one part."""

    parts: str
    statements: str

    def injections(self, subject: duckdb.DuckDBPyConnection) -> Iterator[tuple[str, duckdb.DuckDBPyConnection]]:
        """Yield the label of each part that the fault changes, and a connection with the table ``faulty``."""
        before = subject.execute(f"{_FINGERPRINT} original as figure").fetchall()
        for label, part in subject.execute(f"from {self.parts}").fetchall():
            with subject.cursor() as cursor:
                cursor.execute(f"""
                    create temp table faulty as from original;
                    create temp view chosen as from original where {part};
                    create temp view ranked as from economies semi join chosen using (area);
                    {self.statements.replace("{part}", f"({part})").replace("{label}", text(label))}
                """)
                if cursor.execute(f"{_FINGERPRINT} faulty as figure").fetchall() != before:
                    yield label, cursor


CATALOGUE = {
    name: Fault(parts, sql) for name, parts, sql in zip(_BLOCKS[::3], _BLOCKS[1::3], _BLOCKS[2::3], strict=True)
}
"""Every fault by its id."""


def prepare(connection: duckdb.DuckDBPyConnection, metric: str, formula: str, metrics: Collection[str]) -> None:
    """Create what the statements of faults read to change a metric, in a connection with all ``metrics.<name>``."""
    figures = " union all by name ".join(f"from metrics.{quoted(name)}" for name in metrics)
    connection.execute(f"""
        create or replace view figures as {figures};
        create or replace table original as from metrics.{quoted(metric)} order by all;
        create or replace macro metric_name() as {text(metric)};
        create or replace macro formula() as {text(formula)};
        {_PREPARATION}
    """)
