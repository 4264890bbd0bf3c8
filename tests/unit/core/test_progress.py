"""Lines of progress."""

import time

import pytest

from orchestration.core.progress import say


def test_a_line_states_the_seconds_since_the_start(capsys: pytest.CaptureFixture[str]) -> None:
    say("fetched")
    seconds, text = capsys.readouterr().err.split("s  ")
    assert (0 <= float(seconds) < time.monotonic(), text) == (True, "fetched\n")
