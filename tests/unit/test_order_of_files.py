"""The list of the files of tests that begin names files that are there."""

from __future__ import annotations

import pytest

from tests.conftest import FIRST, TESTS


@pytest.mark.parametrize("name", FIRST)
def test_each_of_the_first_files_is_there(name: str) -> None:
    assert (TESTS / name).is_file()
