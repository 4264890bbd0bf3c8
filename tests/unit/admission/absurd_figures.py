"""A publisher whose absurd figures are held back by a synthetic judge."""

from collections.abc import Mapping, Sequence
from datetime import date

import pyarrow.parquet as pq

from orchestration.admission.case import CaseContext
from orchestration.admission.reason import Reason
from orchestration.contracts.source import Source
from orchestration.core.settings import Settings
from orchestration.ingestion.raw_tables import RawFile
from tests.publisher_server import PublisherServer, Reply
from tests.unit import synthetic_source as synthetic
from tests.unit.ingestion.test_live_ingest import Publisher, refresh

ABSURD = 1_000
FIRST, SECOND, THIRD = date(2026, 7, 1), date(2026, 8, 1), date(2026, 9, 1)


class Judge:
    """Holds a vintage back whose figures are absurd, and records its calls: the candidate, and what was admitted by
    source."""

    def __init__(self) -> None:
        self.calls: list[tuple[date, Mapping[str, Sequence[RawFile]]]] = []

    def __call__(self, source: Source, new: Sequence[RawFile], context: CaseContext) -> list[Reason]:
        self.calls.append((new[0].vintage, context.admitted))
        worst = max(value for file in new for value in pq.read_table(file.path)["value"].to_pylist())
        if worst < ABSURD:
            return []
        sentence = f"a figure of {worst:g} where none was above 100"
        resources = tuple(file.resource for file in new)
        return [Reason("growth", True, sentence, 9.0, "figures", 2025, 2.0, worst, resources)]

    @property
    def judged(self) -> list[tuple[date, list[date]]]:
        """Each candidate with the vintages of its source that were admitted before."""
        return [(vintage, [file.vintage for file in admitted["synthetic"]]) for vintage, admitted in self.calls]


def answer(publisher: Publisher, vintage: date, *rows: str) -> None:
    body = synthetic.body(*rows, vintage=vintage.isoformat())
    publisher.answers["figures"] = Reply(body, headers={"ETag": f'"{hash(body)}"'})


def hold_second(
    settings: Settings, server: PublisherServer, publisher: Publisher, module: Source | None = None
) -> None:
    """Fetch a vintage that is admitted, and one that is held back."""
    for vintage, rows in ((FIRST, ("2024,10",)), (SECOND, ("2024,10", f"2025,{ABSURD}"))):
        answer(publisher, vintage, *rows)
        refresh(settings, server, module)
