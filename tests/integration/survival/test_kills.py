"""A refresh that is killed at any moment leaves the last release whole, loses no payload, and the next one recovers by itself."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest

from tests.integration.survival.fork_server import DBT_SOCKET
from tests.integration.survival.kills import series
from tests.integration.survival.workspace import Workspace

pytestmark = pytest.mark.campaign

KILLS = int(os.environ.get("BILATERAL_SURVIVAL_KILLS", "6"))
SEED = int(os.environ.get("BILATERAL_SURVIVAL_SEED", "1"))


def test_refreshes_killed_at_random_moments(reduced: Workspace) -> None:
    """What is killed starts dbt as the product does, so that dbt is killed or must end by itself."""
    workspace = replace(reduced, environment={DBT_SOCKET: ""})
    workspace.renew(workspace.settings.root)
    workspace.refresh()  # from which the moments of the kills are taken
    tally = series(workspace, KILLS, SEED, recovering=reduced)
    print("\n".join(tally.lines()))
    assert tally.kills.total() == KILLS
    assert tally.recoveries > 0
