"""Hostile payloads: no parser hangs, exhausts memory, crashes, or accepts what its table does not allow."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from orchestration.sources import load_sources

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[3]
MUTATIONS = int(os.environ.get("BILATERAL_MUTATIONS", "200"))
"""Of each source; a campaign sets thousands."""
MOST_GROWTH = 512 * 1024 * 1024
"""Bytes that a parser's process may grow by over all mutations of payloads of a few kilobytes."""


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    folder = str(tmp_path_factory.mktemp("fuzzing"))
    command = [sys.executable, "-m", "tests.unit.sources.fuzzing", folder, str(MUTATIONS), "20.0"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=900)
    assert done.returncode == 0, done.stderr[-3000:]
    report: dict[str, dict[str, Any]] = json.loads(done.stdout)
    return report


@pytest.mark.parametrize("name", load_sources())
def test_no_mutated_payload_does_harm(name: str, report: dict[str, dict[str, Any]]) -> None:
    seen = report[name]
    assert seen["seeds"], (
        f"{name} has no small payload to mutate: offer one in tests/unit/sources/samples/{name}.py, see docs/adding.md"
    )
    assert not seen["faults"], f"{name}: {seen['faults']}"
    assert seen["tried"] == seen["accepted"] + seen["refused"] == MUTATIONS
    assert seen["accepted"], (
        "some mutations leave a payload as good as it was; if none is accepted, the seeds are too brittle"
    )
    assert seen["refused"] > MUTATIONS / 4, (
        "most mutations damage a payload; if few are refused, the parser looks at little"
    )
    assert seen["peak_growth"] < MOST_GROWTH
