"""A command does not look for garbage when its process ends, which gives the memory back anyway."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.integration.conftest import REPOSITORY

CYCLE = """
class Dead:
    def __init__(self): self.self = self
    def __del__(self): print("found")
Dead()
"""

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("first", "printed"),
    [("", "found\n"), ("from orchestration.core.garbage_collection import collect_seldom; collect_seldom()", "")],
)
def test_only_a_process_that_collects_seldom_ends_without_a_last_look(first: str, printed: str) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", first + CYCLE], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    assert ended.stdout == printed
