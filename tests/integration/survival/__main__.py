"""Run the long series of kills of ``make campaign``; print its progress and a table.

``BILATERAL_SURVIVAL_KILLS`` (200) are in the reduced project, ``BILATERAL_SURVIVAL_BUNDLE_KILLS`` (20) in the whole one with the
bundle of real figures; ``BILATERAL_SURVIVAL_SEED`` repeats a series. Both are in a temporary folder.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from orchestration.core.settings import Settings
from tests.integration.conftest import copy_tree
from tests.integration.survival.kills import Tally, series
from tests.integration.survival.reduced_project import add_edition, reduced_tree
from tests.integration.survival.workspace import Commands, Workspace


def renew_bundle(root: Path) -> None:
    """Change the code by a constant, so that there is something to publish and no figure moves."""
    with (root / "orchestration" / "methods" / "reconciliation.py").open("a", encoding="utf-8") as stream:
        stream.write(f"RENEWED = {time.time_ns()}\n")


def run(name: str, tree: Callable[[Path], Path], renew: Callable[[Path], object], kills: int, seed: int) -> Tally:
    """Run a series in a temporary workspace."""
    started = time.monotonic()

    def report(words: str) -> None:
        print(f"{time.monotonic() - started:7.0f}s  {name}: {words}", flush=True)

    with tempfile.TemporaryDirectory(prefix="bilateral-survival-") as folder:
        root = tree(Path(folder) / "tree")
        settings = Settings(root=root, data=Path(folder) / "data")
        workspace = Workspace(settings, Commands(root, settings.data), renew)
        for _ in range(2):  # the second one sets the moments of the kills
            workspace.refresh()
            renew(root)
        report(", ".join(f"{stage} {seconds:.1f} s" for stage, seconds in workspace.seconds.items()))
        return series(workspace, kills, seed, report)


def main() -> None:
    seed = int(os.environ.get("BILATERAL_SURVIVAL_SEED") or time.time())
    workspaces = (
        ("reduced project", reduced_tree, add_edition, int(os.environ.get("BILATERAL_SURVIVAL_KILLS", "200"))),
        ("whole project", copy_tree, renew_bundle, int(os.environ.get("BILATERAL_SURVIVAL_BUNDLE_KILLS", "20"))),
    )
    tallies = {name: run(name, tree, renew, kills, seed) for name, tree, renew, kills in workspaces if kills}
    for name, tally in tallies.items():
        print(f"\n{name}\n" + "\n".join(f"  {line}" for line in tally.lines()))


if __name__ == "__main__":
    main()
