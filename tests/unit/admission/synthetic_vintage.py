"""Synthetic vintages of a synthetic publisher: twelve economies and the world, two measures, smooth growth. No test
here."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.admission.case import Case, CaseContext, case_of
from orchestration.admission.figures import observations_of
from orchestration.admission.judge import judge
from orchestration.admission.parameters import PARAMETERS
from orchestration.admission.reason import Reason
from orchestration.contracts.observation import Observations
from orchestration.contracts.source import Card, Resource, Source
from orchestration.core.settings import Settings
from orchestration.ingestion.raw_tables import RawFile, raw_schema

ROOT = Path(__file__).resolve().parents[3]
BEFORE, NOW = date(2025, 7, 1), date(2026, 1, 1)
MEASURES = ("receipts", "payments")
AREAS = {
    "USA": (100e9, 0.04),
    "JPN": (40e9, 0.02),
    "DEU": (39e9, 0.05),
    "GBR": (20e9, 0.03),
    "CHN": (10e9, 0.09),
    "FRA": (9e9, 0.03),
    "KOR": (5e9, 0.06),
    "CAN": (4.5e9, 0.02),
    "BRA": (0.9e9, 0.04),
    "ZAF": (0.2e9, 0.03),
    "MUS": (0.01e9, 0.05),
    "FJI": (0.001e9, 0.02),
}
"""Level of the first year in dollars, and growth."""

YEARS = range(2005, 2025)
Figures = dict[tuple[str, str, int], float | None]

SCHEMA = pa.schema(
    [
        pa.field("code", pa.string()),
        pa.field("name", pa.string()),
        pa.field("year", pa.int32()),
        pa.field("value", pa.float64()),
        pa.field("payload_pointer", pa.string()),
    ]
)
SOURCE = cast(
    Source,
    SimpleNamespace(
        CARD=Card(
            id="synthetic",
            publisher="Synthetic office",
            homepage="",
            licence="",
            citation="",
            cadence="",
            timezone="UTC",
            change_signal="",
            limits="",
            release_months=(7,),
        ),
        RESOURCES=tuple(Resource(name, name) for name in MEASURES),
        TABLES={"figures": SCHEMA},
        OBSERVATIONS={
            "figures": Observations(
                area="code",
                year="year",
                value="value",
            )
        },
    ),
)


def figures(last: int = YEARS[-1]) -> Figures:
    """Figures that grow smoothly, each series with a ripple of its own so that no two are alike, and the world's
    sum."""
    content: Figures = {}
    for number, measure in enumerate(MEASURES):
        for place, (area, (level, growth)) in enumerate(AREAS.items()):
            for year in range(YEARS[0], last + 1):
                ripple = 1 + 0.01 * ((year * (place + 3) + number) % 7 - 3)
                value = level * (1 + 0.3 * number) * (1 + growth) ** (year - YEARS[0]) * ripple
                content[measure, area, year] = round(value * 1.000137 + place)
        for year in range(YEARS[0], last + 1):
            content[measure, "W00", year] = sum(content[measure, area, year] or 0 for area in AREAS)
    return content


@dataclass
class Publisher:
    """Writes vintages into a folder and has them judged."""

    folder: Path

    def files(self, content: Figures, vintage: date) -> list[RawFile]:
        """One raw file for each measure."""
        raw_files = []
        for measure in MEASURES:
            rows = [(area, year, value) for (name, area, year), value in content.items() if name == measure]
            if not rows:
                continue
            digest = f"{measure}{vintage}{len(list(self.folder.iterdir()))}"
            columns = {
                "code": [area for area, *_ in rows],
                "name": [f"the economy {area}" for area, *_ in rows],
                "year": [year for _, year, _ in rows],
                "value": [value for *_, value in rows],
                "payload_pointer": [""] * len(rows),
                "resource": [measure] * len(rows),
                "vintage": [vintage] * len(rows),
                "payload_sha256": [digest] * len(rows),
            }
            path = self.folder / f"{digest}.parquet"
            pq.write_table(pa.table(columns, schema=raw_schema(SCHEMA)), path)
            raw_files.append(RawFile("synthetic", "figures", measure, vintage, digest, len(rows), path))
        return raw_files

    def judged(
        self,
        now: Figures,
        before: Figures | None = None,
        *,
        vintage: date = NOW,
        **how: Any,
    ) -> list[Reason]:
        """The reasons against a vintage after one of ``figures(2023)``, or after the one given, of a publisher that
        says ``how``."""
        return judge(*self.asked(now, before, vintage, how))

    def case(self, now: Figures, before: Figures | None = None, *, vintage: date = NOW, **how: Any) -> Case:
        return case_of(*self.asked(now, before, vintage, how), PARAMETERS)

    def asked(
        self, now: Figures, before: Figures | None, vintage: date, how: Mapping[str, Any]
    ) -> tuple[Source, list[RawFile], CaseContext]:
        """Return the source, the files of a vintage, and the context with those of the one before."""
        earlier = self.files(before if before is not None else figures(2023), BEFORE)
        context = CaseContext(Settings(ROOT, self.folder), {"synthetic": earlier})
        observations = {"figures": replace(observations_of(SOURCE)["figures"], **how)}
        source = cast(Source, SimpleNamespace(**vars(SOURCE) | {"OBSERVATIONS": observations}))
        return source, self.files(now, vintage), context
