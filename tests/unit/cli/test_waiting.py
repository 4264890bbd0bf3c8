"""The line shown while a long query runs appears in a terminal alone, and not for a short query."""

from __future__ import annotations

import io
import sys
import time

import pytest

from orchestration.cli import waiting as module
from orchestration.cli.waiting import waiting
from orchestration.core.query_limits import QueryLimits


class Terminal(io.StringIO):
    """A terminal that keeps what it is sent."""

    def isatty(self) -> bool:
        return True


def _shown(monkeypatch: pytest.MonkeyPatch, stream: io.StringIO, after: float) -> str:
    monkeypatch.setattr(module, "AFTER", after)
    monkeypatch.setattr(sys, "stderr", stream)
    with waiting("The query runs", QueryLimits(seconds=60, gigabytes=1)):
        for _ in range(500):
            if "Ctrl-C" in stream.getvalue() or after > 1 or not stream.isatty():
                break
            time.sleep(0.01)
    return stream.getvalue()


def test_a_long_query_shows_how_long_it_has(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "The query runs, for at most 60 s; Ctrl-C stops it" in _shown(monkeypatch, Terminal(), after=0)


def test_a_short_query_and_a_pipe_show_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _shown(monkeypatch, Terminal(), after=60) == ""
    assert _shown(monkeypatch, io.StringIO(), after=0) == ""
