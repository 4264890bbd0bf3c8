"""Rounds of kills: refreshes killed at random moments, checked, and followed by one that must recover everything."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from orchestration.releases.release_store import current_release
from orchestration.releases.upkeep import prune
from tests.integration.survival.workspace import POLL, STAGES, Progress, Workspace, orphans, stored_payloads, whole

IN_A_ROW = 3
"""Most refreshes that are killed before one runs to its end."""

KEPT = 3
"""Releases that are kept between rounds, so that a long series does not fill the disk."""

_AIMED_AT = STAGES[:-1]
"""All but the summary, which late kills hit."""


@dataclass
class Tally:
    """Result of a series of rounds."""

    seed: int
    kills: Counter[str] = field(default_factory=Counter)
    """By the stage of the killed refresh."""
    recoveries: int = 0
    """Refreshes after kills, all of which ended well and left nothing behind."""
    escaped: int = 0
    """Refreshes that ended before their kill."""
    seconds: float = 0.0

    def lines(self) -> list[str]:
        return [
            *(f"{stage:18} {self.kills[stage]:6,} killed" for stage in STAGES),
            f"{'all stages':18} {self.kills.total():6,} killed in {self.seconds:,.0f} s, seed {self.seed}; "
            f"{self.recoveries:,} refreshes recovered; {self.escaped} ended before their kill",
        ]


def series(workspace: Workspace, kills: int, seed: int) -> Tally:
    """Kill refreshes of a workspace with a release; after two or three in a row, run one to its end.

    Raises:
        AssertionError: after a kill a release or payload is damaged or lost, or the refresh after it fails or leaves
            something behind. The message names the seed and the round.
    """
    chance = random.Random(seed)  # noqa: S311 (moments, not secrets)
    tally, started = Tally(seed), time.monotonic()
    aims = _aims(chance)
    while tally.kills.total() < kills:
        workspace.renew(workspace.settings.root)
        for _ in range(min(chance.randint(2, IN_A_ROW), kills - tally.kills.total())):
            where = f"seed {seed}, kill {tally.kills.total() + 1}"
            stage = _kill_one(workspace, chance, next(aims), where)
            tally.kills.update([stage] if stage else [])
            tally.escaped += not stage
        workspace.refresh()
        tally.recoveries += 1
        prune(workspace.settings, KEPT)
    tally.seconds = time.monotonic() - started
    return tally


def _aims(chance: random.Random) -> Iterator[int]:
    """Every stage once in a random order, then again: a short one such as publishing is hit as often as a long one."""
    while True:
        yield from chance.sample(range(len(_AIMED_AT)), len(_AIMED_AT))


def _kill_one(workspace: Workspace, chance: random.Random, aim: int, where: str) -> str | None:
    """Start a refresh and kill it at a random moment of a stage; return the stage that it hit, None when it was faster."""
    before = current_release(workspace.settings)
    payloads = frozenset(stored_payloads(workspace.settings))
    delay = chance.random() * workspace.seconds[STAGES[aim]]
    progress, child = Progress(workspace.settings), workspace.start()
    stage, reached = 0, time.monotonic() if aim == 0 else None
    while child.is_running and (reached is None or time.monotonic() < reached + delay):
        stage = progress.stage()
        if reached is None and stage >= aim:
            reached = time.monotonic()
        time.sleep(min(POLL, delay))
    hit = child.is_running
    child.kill(whole_session=chance.random() < 0.5)
    code = child.wait()
    assert hit or code == 0, f"{where}: {child.text}"
    stage = progress.stage() if hit else stage
    complaints = whole(workspace.settings, before.id if before else None, payloads)
    complaints += [f"process {number} still writes" for number in orphans(workspace.settings)]
    assert complaints == [], f"{where}, in {STAGES[stage]}:\n" + "\n".join([*complaints, child.text])
    return STAGES[stage] if hit else None
