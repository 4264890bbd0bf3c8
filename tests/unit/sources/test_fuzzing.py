"""Hostile payloads: no parser hangs, exhausts memory, crashes, or accepts what its table does not allow."""

import os
from pathlib import Path

import pytest

from orchestration.formats import archives
from orchestration.sources import load_sources
from tests.unit.sources.fuzzing import fuzz, unpacked_here

pytestmark = pytest.mark.slow

MUTATIONS = int(os.environ.get("BILATERAL_MUTATIONS", "200"))
"""Of each source; a campaign sets thousands."""
MOST_GROWTH = 512 * 1024 * 1024
"""Bytes that the process may grow by over all mutations of payloads of a few kilobytes."""


@pytest.mark.parametrize("name", load_sources())
def test_no_mutated_payload_does_harm(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "unpacked", unpacked_here)
    report = fuzz(name, load_sources()[name], tmp_path, MUTATIONS, 20.0)
    assert report.seeds, f"{name} has no small payload to mutate: offer one in tests/unit/sources/samples/{name}.py"
    assert not report.faults
    assert report.accepted, "some mutations leave a payload as good as it was; else the seeds are too brittle"
    assert report.refused > MUTATIONS / 4, "most mutations damage a payload; else the parser looks at little"
    assert report.growth < MOST_GROWTH
