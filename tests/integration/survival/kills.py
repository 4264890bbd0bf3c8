"""Rounds of kills: refreshes killed at random moments, looked at, and followed by one that must recover everything."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from orchestration.releases.release_store import current_release
from orchestration.releases.upkeep import prune
from tests.integration.survival.workspace import POLL, STAGES, Progress, Workspace, orphans, stored_payloads, whole

IN_A_ROW = 3
"""At most so many refreshes are killed before one is left alone."""

KEPT = 3
"""Releases that are kept between the rounds, so that a long series does not fill the disk."""

_AIMED_AT = STAGES[:-1]
"""The summary only reads; it is hit by kills that come late."""


@dataclass
class Tally:
    """What a series of rounds saw."""

    seed: int
    kills: Counter[str] = field(default_factory=Counter)
    """By the stage that the killed refresh was in."""
    recovered: Counter[str] = field(default_factory=Counter)
    """What the refreshes after kills said they recovered, by kind."""
    recoveries: int = 0
    """Refreshes after kills that were left alone, ended well and left nothing behind."""
    escaped: int = 0
    """Refreshes that ended before the kill came; they count for nothing."""
    seconds: float = 0.0

    def lines(self) -> list[str]:
        """The table for a person."""
        rows = [f"{stage:18} {self.kills[stage]:6,} killed" for stage in STAGES]
        rows += [f"{words:18} {count:6,} times" for words, count in sorted(self.recovered.items())]
        return [
            *rows,
            f"{'all stages':18} {self.kills.total():6,} killed in {self.seconds:,.0f} s, seed {self.seed}; {self.recoveries:,} "
            f"refreshes after them left alone, all of which recovered by themselves; {self.escaped} ended before their kill",
            "damaged releases 0, lost payloads 0, leftovers 0, orphaned processes 0 (any would have ended the series)",
        ]

    def markdown(self, name: str) -> str:
        """The row for docs/reliability.md."""
        stages = ", ".join(f"{stage} {self.kills[stage]}" for stage in STAGES if self.kills[stage])
        return (
            f"| {name} | {time.strftime('%Y-%m-%d')} | {self.kills.total()} | {stages} | {self.recoveries} | "
            f"{sum(self.recovered.values())} | 0 | 0 | {self.seconds:,.0f} |"
        )


def series(
    workspace: Workspace,
    kills: int,
    seed: int,
    say: Callable[[str], None] = lambda _: None,
    recovering: Workspace | None = None,
) -> Tally:
    """Kill so many refreshes of a workspace that has a release; after two or three in a row, one is left alone.

    ``recovering`` is the same workspace with another environment for those that are left alone.

    Raises:
        AssertionError: after a kill a release or a payload is damaged or lost; or the refresh after it does not end well,
            or leaves something behind. The message names the seed and the round.
    """
    chance = random.Random(seed)  # noqa: S311 (moments, not secrets)
    tally, started = Tally(seed), time.monotonic()
    aims = _aims(chance)
    while tally.kills.total() < kills:
        workspace.renew(workspace.settings.root)
        for _ in range(min(chance.randint(2, IN_A_ROW), kills - tally.kills.total())):
            where = f"seed {seed}, kill {tally.kills.total() + 1}"
            hit = _kill_one(workspace, chance, next(aims), where)
            tally.kills.update([hit] if hit else [])
            tally.escaped += not hit
            say(
                f"{where} of {kills}: "
                + (f"killed in {hit}; all releases and payloads are whole" if hit else "ended before its kill")
            )
        said = (recovering or workspace).refresh()
        tally.recoveries += 1
        tally.recovered.update(_kinds_recovered(said))
        prune(workspace.settings, KEPT)
        say(
            f"{where}: the next refresh recovered by itself; "
            + (", ".join(_kinds_recovered(said)) or "nothing was left behind")
        )
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
    while child.runs and (reached is None or time.monotonic() < reached + delay):
        stage = progress.stage()
        if reached is None and stage >= aim:
            reached = time.monotonic()
        time.sleep(min(POLL, delay))
    hit = child.runs
    child.kill(whole_session=chance.random() < 0.5)
    code = child.wait()
    assert hit or code == 0, f"{where}: a refresh that was not killed in time ends well\n{child.said}"
    stage = progress.stage() if hit else stage
    complaints = whole(workspace.settings, before.id if before else None, payloads)
    complaints += [f"process {number} still writes" for number in orphans(workspace.settings)]
    assert complaints == [], f"{where}, in {STAGES[stage]}:\n" + "\n".join([*complaints, child.said])
    return STAGES[stage] if hit else None


def _kinds_recovered(said: str) -> Iterator[str]:
    """The kinds of things that a refresh said it recovered."""
    for line in said.splitlines():
        if "  recover  " in line:
            words = line.split("  recover  ", 1)[1]
            yield next((kind for sign, kind in _KINDS.items() if sign in words), words)


_KINDS = {
    "an old build": "crashed build",
    "of the releases": "partial release",
    "recorded that": "missing log entry",
    "the current release": "release not current",
    "which a killed process left": "partial file",
}
