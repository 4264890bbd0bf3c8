"""Claims, figures and variances cannot be changed once they are made."""

from __future__ import annotations

import orchestration.methods
from tests.unit.frozen import changeable


def test_no_value_can_be_changed() -> None:
    assert changeable(orchestration.methods) == []
