"""Releases and what differs between them cannot be changed once they are made."""

from __future__ import annotations

import orchestration.releases
from tests.unit.frozen import changeable


def test_no_value_can_be_changed() -> None:
    assert changeable(orchestration.releases) == []
