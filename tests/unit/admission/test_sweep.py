"""Wrong newest figures of the largest economies, and common shifts, over the real vintages of the bundle: none is
silent."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bench.planted_faults import FLOWS, largest, newest, outcome, row_of
from bench.rehearsal import Base, cut_pairs, real_pairs
from orchestration.admission.case import Case
from orchestration.admission.edits.growth import growth_of
from orchestration.admission.ingest import ingest
from orchestration.admission.judge import findings_of
from orchestration.core.settings import Settings
from orchestration.sources import load_sources

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[3]
SHIFTED = ("world_bank", "safe", "wipo", "unctad")
CUTS = {"ncses": 7, "snb": 2}


@pytest.fixture(scope="module")
def bases(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Base]:
    """By source, a true update of the bundle: its last pair of near vintages, else its newest year after all before."""
    settings, pairs = Settings(ROOT, tmp_path_factory.mktemp("data")), dict[str, Base]()
    for name in (*SHIFTED, "ncses", "snb"):
        source = load_sources()[name]
        files = [file for file in ingest(source, settings).files if file.payload_sha256]
        real = [base for base in real_pairs(name, source, files, settings) if base.is_near and name == "world_bank"]
        cut = list(cut_pairs(name, source, files, settings, CUTS.get(name, 1)))
        pairs |= {f"{name}, {base.words}": base for base in cut} | {name: (real or cut)[-1]}
    return pairs


@pytest.mark.parametrize("factor", [0.5, 0.75, 1.3, 2.0])
def test_no_wrong_figure_of_the_ten_largest_economies_is_silent(bases: dict[str, Base], factor: float) -> None:
    """The factor applies to the value that peers and past suggest; a figure that is wrong by just its true growth looks
    plausible."""
    case = bases["world_bank"].case
    growth = growth_of(case)
    outcomes = {}
    for measure in FLOWS:
        for row in largest(case, measure):
            excess = float(growth.excess[row, newest(case, int(row))])
            outcomes[case.label(int(row))] = outcome(case, int(row), factor * float(np.exp(-excess)))
    assert len(outcomes) == 16
    assert [label for label, result in outcomes.items() if result == "."] == []
    if factor in (0.5, 2.0):
        assert sum(result == "held" for result in outcomes.values()) >= 14, outcomes


@pytest.mark.parametrize(
    ("area", "measure", "factors"),
    [
        ("ISL", "ip_receipts", (10, 1000)),
        ("ISL", "ip_payments", (10, 1000)),
        ("CZE", "ip_receipts", (10, 0.1, 0)),
        ("BEL", "ip_payments", (10, 0.1, -1)),
        ("HUN", "ip_receipts", (10, 0.1, 0, -1)),
    ],
)
def test_a_change_of_kind_of_a_small_economy_is_held(
    bases: dict[str, Base], area: str, measure: str, factors: tuple[float, ...]
) -> None:
    case = bases["world_bank"].case
    row = row_of(case, area, measure)
    assert {factor: outcome(case, row, factor) for factor in factors} == dict.fromkeys(factors, "held")


def test_a_zero_or_a_sign_below_two_hundredths_of_a_percent_is_a_remark(bases: dict[str, Base]) -> None:
    case = bases["world_bank"].case
    row = row_of(case, "ISL", "ip_payments")
    assert [outcome(case, row, factor) for factor in (0, -1)] == ["remark", "remark"]


@pytest.mark.parametrize(("factor", "years"), [(0.8, 1), (0.94, 3)])
@pytest.mark.parametrize("name", SHIFTED)
def test_a_common_shift_of_one_agency_is_at_least_a_remark(
    bases: dict[str, Base], name: str, factor: float, years: int
) -> None:
    case = bases[name].case
    amounts = (~case.is_ratio)[:, None] & (case.age < years) & (case.age >= 0)
    shifted = replace(case, now=np.where(amounts, case.now * factor, case.now))
    assert _sentences(shifted) - _sentences(case)


@pytest.mark.parametrize("year", [2021, 2022])
def test_half_a_year_of_swiss_licence_fees_is_at_least_a_remark(bases: dict[str, Base], year: int) -> None:
    case = bases[f"snb, cut after {year}"].case
    halved = replace(case, now=np.where(case.age == 0, case.now / 2, case.now))
    assert any(f"figures of {year} changed by" in sentence for sentence in _sentences(halved) - _sentences(case))


def test_a_common_shift_of_shares_and_rates_is_a_remark(bases: dict[str, Base]) -> None:
    (case,) = (base.case for name, base in bases.items() if name.startswith("world_bank, "))
    newest_ratios = case.is_ratio[:, None] & (case.age == 0)
    findings = findings_of(replace(case, now=np.where(newest_ratios, case.now * 0.8, case.now)))
    shifts = [reason for reason in findings if "at the median" in reason.sentence]
    assert len(shifts) >= 3
    assert not any(reason.holds for reason in shifts)


@pytest.mark.parametrize("year", [2016, 2017, 2021])
def test_a_wave_of_trademarks_in_all_sectors_is_no_hold_and_a_jump_in_one_is(bases: dict[str, Base], year: int) -> None:
    """Owners from China registered 94 to 181 % more in these years."""
    case = bases[f"ncses, cut after {year}"].case
    assert not [reason for reason in findings_of(case) if reason.holds]
    series = case.series[case.series["measure"].eq("trademark_registrations") & case.series["area"].eq("CHN")]
    row = int(series.index[int(np.nanargmax(case.before[series.index, -2]))])
    now = case.now.copy()
    now[row, newest(case, row)] *= 3
    assert "growth" in {reason.edit for reason in findings_of(replace(case, now=now)) if reason.holds}


def _sentences(case: Case) -> set[str]:
    return {reason.sentence for reason in findings_of(case) if reason.edit in ("growth", "revision")}
