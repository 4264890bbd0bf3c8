"""Arrow starts without numpy where it is asked to, and in no other process."""

from __future__ import annotations

import subprocess
import sys

import pytest

SEEN = "import pyarrow.ipc, sys; print('numpy' in sys.modules)"
LOAD = "from orchestration.core.arrow_alone import load_arrow_alone; load_arrow_alone()"


def seen(program: str) -> str:
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("before", "words"),
    [
        ("", "False"),
        ("import numpy", "True"),
        ("import pandas", "True"),
    ],
)
def test_rows_are_read_without_numpy_unless_it_is_loaded(before: str, words: str) -> None:
    assert seen(f"{before}\n{LOAD}\n{SEEN}") == words


@pytest.mark.slow
def test_numpy_can_be_loaded_afterwards() -> None:
    assert seen(f"{LOAD}\nimport numpy\nprint(numpy.arange(3).sum())") == "3"


@pytest.mark.slow
def test_a_frame_is_made_of_arrow_where_pandas_was_loaded_first() -> None:
    made = "import pyarrow; print(pyarrow.table({'one': [1, 2]}).to_pandas().sum()['one'])"
    assert seen(f"import pandas\n{LOAD}\n{made}") == "3"
