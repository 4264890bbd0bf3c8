"""Hostile payloads: no parser hangs, exhausts memory, writes outside its folder, crashes, or accepts what its table does not allow."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from orchestration.sources import load_sources
from tests.unit.sources.misbehaving import MISBEHAVING

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[3]
MUTATIONS = int(os.environ.get("BILATERAL_MUTATIONS", "200"))
"""Of each source; a campaign sets thousands."""
MOST_GROWTH = 512 * 1024 * 1024
"""Bytes that a parser's process may grow by over all mutations of payloads of a few kilobytes."""


def fuzzed(folder: Path, count: int, seconds: float, *names: str) -> dict[str, dict[str, Any]]:
    command = [sys.executable, "-m", "tests.unit.sources.fuzzing", str(folder), str(count), str(seconds), *names]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=900)
    assert done.returncode == 0, done.stderr[-3000:]
    report: dict[str, dict[str, Any]] = json.loads(done.stdout)
    return report


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    return fuzzed(tmp_path_factory.mktemp("fuzzing"), MUTATIONS, 20.0)


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


@pytest.fixture(scope="module")
def misdeeds(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    return fuzzed(tmp_path_factory.mktemp("misbehaving"), 5, 0.3, *MISBEHAVING)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("misbehaving_hang", "took longer than 0.3 seconds"),
        ("misbehaving_eat_memory", "MemoryError"),
        ("misbehaving_write_outside", "outside its folder: ['open "),
        ("misbehaving_crash", "ValueError: could not convert"),
        ("misbehaving_accept_anything", "value is not finite in an accepted row"),
    ],
)
def test_the_fuzzing_sees_what_a_parser_must_not_do(name: str, said: str, misdeeds: dict[str, dict[str, Any]]) -> None:
    assert said in str(misdeeds[name]["faults"][0][0])


def test_a_parser_that_only_refuses_is_without_fault(misdeeds: dict[str, dict[str, Any]]) -> None:
    assert misdeeds["misbehaving_well"]["faults"] == []
    assert misdeeds["misbehaving_well"]["refused"] == 5
