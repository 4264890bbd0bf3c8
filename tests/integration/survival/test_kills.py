"""A refresh that is killed at any moment leaves the last release whole, loses no payload, and the next one recovers by itself."""

from __future__ import annotations

import os

import pytest

from tests.integration.survival.kills import series
from tests.integration.survival.workspace import Workspace

pytestmark = pytest.mark.campaign

KILLS = int(os.environ.get("BILATERAL_SURVIVAL_KILLS", "6"))
SEED = int(os.environ.get("BILATERAL_SURVIVAL_SEED", "1"))


def test_refreshes_killed_at_random_moments(reduced: Workspace) -> None:
    reduced.renew(reduced.settings.root)
    reduced.refresh()  # sets the moments of the kills
    tally = series(reduced, KILLS, SEED)
    print("\n".join(tally.lines()))
    assert tally.kills.total() == KILLS
    assert tally.recoveries > 0
