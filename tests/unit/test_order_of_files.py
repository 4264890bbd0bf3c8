"""The list of the longest files of tests names files that are there."""

from __future__ import annotations

import pytest

from tests.conftest import LONGEST, TESTS


@pytest.mark.parametrize("name", LONGEST)
def test_each_of_the_longest_files_is_there(name: str) -> None:
    assert (TESTS / name).is_file()
