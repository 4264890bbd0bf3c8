"""A refresh that is killed at any moment leaves the last release whole, loses no payload, and the next one recovers by itself.

``make campaign`` sets the numbers of kills; ``BILATERAL_SURVIVAL_SEED`` repeats a series.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from tests.integration.conftest import PublishedCopy
from tests.integration.survival.kills import series
from tests.integration.survival.workspace import Commands, Workspace

pytestmark = pytest.mark.campaign

KILLS = int(os.environ.get("BILATERAL_SURVIVAL_KILLS", "6"))
BUNDLE_KILLS = int(os.environ.get("BILATERAL_SURVIVAL_BUNDLE_KILLS", "0"))
SEED = int(os.environ.get("BILATERAL_SURVIVAL_SEED", "1"))


def kill_refreshes(workspace: Workspace, kills: int) -> None:
    workspace.renew(workspace.settings.root)
    workspace.refresh()  # sets the moments of the kills
    tally = series(workspace, kills, SEED)
    print("\n".join(tally.lines()))
    assert tally.kills.total() == kills
    assert tally.recoveries > 0


def test_refreshes_killed_at_random_moments(reduced: Workspace) -> None:
    kill_refreshes(reduced, KILLS)


@pytest.mark.skipif(not BUNDLE_KILLS, reason="BILATERAL_SURVIVAL_BUNDLE_KILLS is not set")
def test_refreshes_of_the_whole_bundle_killed_at_random_moments(published_copy: PublishedCopy, tmp_path: Path) -> None:
    settings = published_copy.copied(tmp_path)

    def renew(root: Path) -> None:
        """Change the code by a constant: there is something to publish, and no figure moves."""
        with (root / "orchestration" / "methods" / "reconciliation.py").open("a", encoding="utf-8") as stream:
            stream.write(f"RENEWED = {time.time_ns()}\n")

    kill_refreshes(Workspace(settings, Commands(settings.root, settings.data), renew), BUNDLE_KILLS)
