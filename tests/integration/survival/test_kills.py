"""A refresh that is killed at any moment leaves the last release whole, loses no payload, and the next one recovers by
itself.

``make campaign`` sets the numbers of kills; ``BILATERAL_SURVIVAL_SEED`` repeats a series.
"""

import os
import random
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from orchestration.reading.release_store import current_release
from orchestration.releases.upkeep import prune
from tests.integration.conftest import PublishedCopy
from tests.integration.survival.workspace import (
    POLL,
    STAGES,
    Commands,
    Progress,
    Workspace,
    orphans,
    stored_payloads,
    whole,
)

pytestmark = pytest.mark.campaign

KILLS = int(os.environ.get("BILATERAL_SURVIVAL_KILLS", "6"))
BUNDLE_KILLS = int(os.environ.get("BILATERAL_SURVIVAL_BUNDLE_KILLS", "0"))
SEED = int(os.environ.get("BILATERAL_SURVIVAL_SEED", "1"))

IN_A_ROW = 3
"""Most refreshes that are killed before one runs to its end."""

KEPT = 3
"""Releases that are kept between rounds, so that a long series does not fill the disk."""


def kill_refreshes(workspace: Workspace, kills: int) -> None:
    """Kill refreshes; after two or three in a row, run one to its end, which must recover everything."""
    chance, killed, started = random.Random(SEED), Counter[str](), time.monotonic()  # noqa: S311 (moments, not secrets)
    workspace.renew(workspace.settings.root)
    workspace.refresh()  # sets the moments of the kills
    aims = _aims(chance)
    while killed.total() < kills:
        workspace.renew(workspace.settings.root)
        for _ in range(min(chance.randint(2, IN_A_ROW), kills - killed.total())):
            stage = _kill_one(workspace, chance, next(aims), f"seed {SEED}, kill {killed.total() + 1}")
            killed.update([stage] if stage else [])
        workspace.refresh()
        prune(workspace.settings, KEPT)
    print(f"seed {SEED}, {time.monotonic() - started:,.0f} s, killed by stage: {dict(killed)}")


def _aims(chance: random.Random) -> Iterator[int]:
    """Yield every stage once in a random order, then again; late kills hit the last stage, the summary."""
    while True:
        yield from chance.sample(range(len(STAGES) - 1), len(STAGES) - 1)


def _kill_one(workspace: Workspace, chance: random.Random, aim: int, where: str) -> str | None:
    """Kill a refresh at a random moment of a stage; return the stage that was hit, or None if it was faster."""
    before = current_release(workspace.settings)
    payloads = frozenset(stored_payloads(workspace.settings))
    delay = chance.random() * workspace.seconds[STAGES[aim]]
    progress, child = Progress(workspace.settings), workspace.commands.start("refresh")
    reached = time.monotonic() if aim == 0 else None
    while child.is_running and (reached is None or time.monotonic() < reached + delay):
        if progress.stage() >= aim and reached is None:
            reached = time.monotonic()
        time.sleep(min(POLL, delay))
    hit = child.is_running
    child.kill(whole_session=chance.random() < 0.5)
    code = child.wait()
    assert hit or code == 0, f"{where}: {child.text}"
    stage = STAGES[progress.stage()]
    complaints = whole(workspace.settings, before.id if before else None, payloads)
    complaints += [f"process {number} still writes" for number in orphans(workspace.settings)]
    assert complaints == [], f"{where}, in {stage}:\n" + "\n".join([*complaints, child.text])
    return stage if hit else None


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
