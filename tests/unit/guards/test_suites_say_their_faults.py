"""Every expectation of every suite names in words the fault it is for, and only faults of the catalogue."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.guards.faults import CATALOGUE
from orchestration.guards.suites import load_suite

SUITES = Path(__file__).resolve().parents[3] / "expectations"


@pytest.mark.parametrize("metric", sorted(path.stem for path in SUITES.glob("*.json")))
def test_every_expectation_says_which_fault_it_is_for(metric: str) -> None:
    for place, expectation in enumerate(load_suite(SUITES, metric).expectations):
        meta = expectation["meta"]
        assert len(meta["fault"].split()) >= 3, f"expectation {place}, {expectation['type']}, names no fault"
        assert set(meta.get("faults", ())) <= set(CATALOGUE), f"expectation {place}, {expectation['type']}"
