"""Admission over the real vintages of the bundle: what every source declares can be read, the real update of the World
Bank passes, and edits that need declared balances or another publisher pass what is right and stop what is not."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from bench.rehearsal import cut_pairs, inject, is_held, real_pairs
from orchestration.admission.case import Case, CaseContext, case_of
from orchestration.admission.edits import other_publishers, totals
from orchestration.admission.ingest import ingest
from orchestration.admission.judge import findings_of, judge
from orchestration.admission.parameters import PARAMETERS
from orchestration.admission.reason import Reason
from orchestration.core.settings import Settings
from orchestration.ingestion.raw_tables import RawFile
from orchestration.sources import load_sources

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[3]
SOURCES = load_sources()
DECLARING = sorted(name for name, source in SOURCES.items() if hasattr(source, "OBSERVATIONS"))
SHIPPED = sorted(path.name for path in (ROOT / "data" / "bundle").iterdir() if path.name in DECLARING)
Files = Callable[[str], list[RawFile]]


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(ROOT, tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module")
def files(settings: Settings) -> Files:
    """The raw files of a source's editions in the bundle."""
    read: dict[str, list[RawFile]] = {}

    def of(name: str) -> list[RawFile]:
        if name not in read:
            read[name] = [file for file in ingest(SOURCES[name], settings).files if file.payload_sha256]
        return read[name]

    return of


def newest(every: Iterable[RawFile]) -> list[RawFile]:
    every = list(every)
    return [file for file in every if file.vintage == max(file.vintage for file in every)]


def case(name: str, of: list[RawFile], settings: Settings, others: dict[str, list[RawFile]] | None = None) -> Case:
    """A vintage after itself a year earlier."""
    earlier = [replace(file, vintage=file.vintage - timedelta(days=365)) for file in of]
    context = CaseContext(settings, {**(others or {}), name: earlier})
    return case_of(SOURCES[name], of, context, PARAMETERS)


def changed(right: Case, label: str, factor: float, year: int) -> Case:
    """The same case with one figure wrong."""
    row = next(number for number in range(len(right.series)) if right.label(number) == label)
    now = right.now.copy()
    now[row, int(np.flatnonzero(right.years == year)[0])] *= factor
    return replace(right, now=now)


@pytest.mark.parametrize("name", SHIPPED)
def test_every_shipped_table_reads_as_figures_of_known_areas(name: str, files: Files, settings: Settings) -> None:
    compared = case(name, newest(files(name)), settings)
    assert np.isfinite(compared.now).any()
    assert not compared.series["area_kind"].eq("unknown").any()
    assert not compared.series["counterpart_kind"].eq("unknown").any()


def test_the_real_update_of_the_world_bank_is_admitted(files: Files, settings: Settings) -> None:
    every = files("world_bank")
    dates = sorted({file.vintage for file in every})[-2:]
    before, new = ([file for file in every if file.vintage == day] for day in dates)
    assert sentences(judge(SOURCES["world_bank"], new, CaseContext(settings, {"world_bank": before}))) == []


def test_no_real_pair_of_near_vintages_is_held_back(files: Files, settings: Settings) -> None:
    pairs = [pair for pair in real_pairs("wipo", SOURCES["wipo"], files("wipo"), settings) if pair.is_near]
    assert len(pairs) > 10
    assert [pair.words for pair in pairs if is_held(pair.case)] == []


def sentences(reasons: Iterable[Reason]) -> list[str]:
    return [reason.sentence for reason in reasons if reason.holds]


def test_a_whole_that_is_not_the_sum_of_its_parts_is_held_back(files: Files, settings: Settings) -> None:
    right = case("wipo", [file for file in newest(files("wipo")) if file.table == "patent_filings"], settings)
    assert sentences(totals.findings(right)) == []
    label = next(right.label(row) for row in range(len(right.series)) if right.label(row).endswith("Resident"))
    wrong = changed(right, label, 1.1, 2020)
    assert any("the sum of its parts" in sentence for sentence in sentences(totals.findings(wrong)))


def test_a_figure_that_leaves_another_publishers_is_held_back(files: Files, settings: Settings) -> None:
    others = {"world_bank": files("world_bank")}
    right = case("safe", files("safe"), settings, others)
    assert sentences(other_publishers.findings(right)) == []
    label = "Credit/CHN/1.A.b.8 Charges for the use of intellectual property n.i.e"
    (sentence,) = sentences(other_publishers.findings(changed(right, label, 1.5, 2020)))
    assert "where World Bank has" in sentence


def test_faults_of_whole_tables_are_held_back(files: Files, settings: Settings) -> None:
    pairs = cut_pairs("ncses", SOURCES["ncses"], files("ncses"), settings, 3)
    base = next(pair for pair in pairs if not is_held(pair.case))
    kinds = ("copied_year", "lost_aggregates", "missing_newest_year", "cut_short", "shifted_vintage")
    drawn = {(kind, table): inject(base, table, kind, 0) for kind in kinds for table in base.tables}
    assert {kind for (kind, _), injection in drawn.items() if injection} == set(kinds)
    assert [key for key, injection in drawn.items() if injection and not is_held(injection.case)] == []
    # nine months are a fall by a quarter, which is within the limit of a table that rose and fell as much before
    parts = [
        part for table in base.tables for number in range(6) if (part := inject(base, table, "part_of_a_year", number))
    ]
    at_most_half = [part for part in parts if part.size > np.log(1.8)]
    assert len(at_most_half) > len(base.tables)
    assert all(is_held(part.case) for part in at_most_half)
    assert all(any("it is a part of a year" in reason.sentence for reason in findings_of(part.case)) for part in parts)
