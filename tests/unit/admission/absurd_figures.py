"""A publisher whose absurd figures are held back by a synthetic judge."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pyarrow.parquet as pq

from orchestration.admission.case import Context
from orchestration.admission.finding import Reason, Verdict
from orchestration.contracts.source import Source
from orchestration.ingestion.raw_tables import RawFile
from tests.publisher_server import Reply
from tests.unit import synthetic_source as synthetic
from tests.unit.ingestion.test_live_ingest import Publisher

ABSURD = 1_000
FIRST, SECOND, THIRD = date(2026, 7, 1), date(2026, 8, 1), date(2026, 9, 1)


class Judge:
    """Holds a vintage back whose figures are absurd, and records its calls.

    ``asked`` has the vintage and those before it, ``given`` the resources with their vintages and the context.
    """

    def __init__(self) -> None:
        self.asked: list[tuple[date, list[date]]] = []
        self.given: list[tuple[set[str], Context]] = []

    def __call__(self, source: Source, new: Sequence[RawFile], before: Sequence[RawFile], context: Context) -> Verdict:
        self.asked.append((new[0].vintage, [file.vintage for file in before]))
        self.given.append(({f"{file.resource} {file.vintage}" for file in new}, context))
        worst = max(
            value for file in new for value in pq.read_table(file.path)["value"].to_pylist() if value is not None
        )
        if worst < ABSURD:
            return Verdict("admitted", ())
        sentence = f"a figure of {worst:g} where none was above 100"
        return Verdict(
            "held_back",
            (Reason("growth", True, sentence, 9.0, "figures", 2025, 2.0, worst),),
            frozenset(file.resource for file in new),
        )


def answer(publisher: Publisher, vintage: date, *rows: str) -> None:
    body = synthetic.body(*rows, vintage=vintage.isoformat())
    publisher.answers["figures"] = Reply(body, headers={"ETag": f'"{hash(body)}"'})
