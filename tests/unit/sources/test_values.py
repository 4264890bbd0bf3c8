"""What a parser reads cannot be changed once it is made."""

from __future__ import annotations

import orchestration.sources
from tests.unit.frozen import changeable


def test_no_value_can_be_changed() -> None:
    assert changeable(orchestration.sources) == []
