"""Benchmark: a refresh of the bundle beside dbt and Great Expectations alone, over the same raw files and the same figures.

A temporary data folder gets its first release, and `bilateral refresh --rebuild` builds, guards and compares it again. Beside them run
`dbt build` of the same project, once as at first with its parse and its unit tests, once as in a rebuild without, and Great Expectations,
which is given every metric whole as a table in memory and validates its suite in one call. The last lines are the ratios of the refreshes
to both alone. Run from the root of the checkout:

    python bench/refresh.py
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path

from orchestration.assets.dbt_assets import WITHOUT_UNIT_TESTS
from orchestration.core.settings import Settings
from orchestration.guards.receipt import guard_metrics
from orchestration.guards.suites import metrics_of
from orchestration.transform import dbt_process
from orchestration.transform.build import latest_build, open_database
from orchestration.transform.dbt_runner import PARTIAL_PARSE, dbt_environment, parse_target


@dataclass(frozen=True)
class Cost:
    """Seconds by the clock and of processor, those of all processes together."""

    clock: float
    processor: float

    def __add__(self, other: Cost) -> Cost:
        return Cost(self.clock + other.clock, self.processor + other.processor)


def cost_of(arguments: list[str], environment: dict[str, str], folder: Path) -> Cost:
    """Run Python with arguments to its end.

    Raises:
        SystemExit: it failed.
    """
    began, used = time.monotonic(), _processor_seconds()
    done = subprocess.run(  # noqa: S603
        [sys.executable, *arguments],
        env={**os.environ, **environment},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(done.stdout + done.stderr)
    return Cost(time.monotonic() - began, _processor_seconds() - used)


def refresh(settings: Settings, *arguments: str) -> Cost:
    """`bilateral refresh` of the bundle into the data folder of the benchmark."""
    own = {"BILATERAL_DATA": str(settings.data), "BILATERAL_ROOT": str(settings.root), "BILATERAL_FEED": "bundle"}
    program = "from orchestration.cli.entry import main; main()"
    return cost_of(["-c", program, "refresh", *arguments], own, settings.root)


def dbt_alone(settings: Settings, target: Path, *, first: bool) -> Cost:
    """`dbt build` on the raw files of the newest build: the first one parses the project and runs unit tests, a later one neither."""
    target.mkdir()
    if not first:
        shutil.copyfile(parse_target(settings) / PARTIAL_PARSE, target / PARTIAL_PARSE)
    database = open_database(settings)  # under another name dbt would parse the project again
    database.parent.mkdir(exist_ok=True)
    environment = dbt_environment(settings, latest_build(settings).raw, database, target)
    arguments = ["-m", dbt_process.__name__, "build", *([] if first else WITHOUT_UNIT_TESTS)]
    try:
        return cost_of(arguments, environment, settings.dbt_project)
    finally:
        database.unlink(missing_ok=True)


def suites_alone(settings: Settings) -> Cost:
    """Great Expectations over all metrics of the newest build, in a process of its own."""
    own = {"BILATERAL_DATA": str(settings.data), "BILATERAL_ROOT": str(settings.root)}
    return cost_of([__file__, "--suites"], {**own, "PYTHONPATH": str(settings.root)}, settings.root)


def validate_suites(settings: Settings) -> None:
    """Every suite over its whole metric.

    Raises:
        SystemExit: an expectation that must hold does not.
    """
    build = latest_build(settings)
    for result in guard_metrics(settings, build, list(metrics_of(build.manifest()))):
        if not (result.passed or result.awaits):
            raise SystemExit(result.message())


def _processor_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(description="A refresh beside dbt and Great Expectations alone.")
    parser.add_argument("--suites", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    settings = Settings.from_environment()
    if chosen.suites:
        validate_suites(settings)
        return
    with tempfile.TemporaryDirectory(prefix="bilateral-bench-") as folder:
        own = replace(settings, data=Path(folder, "data"), feed="bundle")
        first, rebuild = refresh(own), refresh(own, "--rebuild")
        dbt_first, dbt = (
            dbt_alone(own, Path(folder, f"target_{is_first}"), first=is_first) for is_first in (True, False)
        )
        suites = suites_alone(own)
    print(f"{'':34s}{'clock s':>10s}{'processor s':>13s}")
    for name, cost in (
        ("first refresh", first),
        ("refresh --rebuild", rebuild),
        ("dbt build with parse and unit tests", dbt_first),
        ("dbt build", dbt),
        ("Great Expectations", suites),
    ):
        print(f"{name:36s}{cost.clock:8.1f}{cost.processor:13.1f}")
    for name, whole, alone in (("first refresh", first, dbt_first + suites), ("rebuild", rebuild, dbt + suites)):
        clock, processor = whole.clock / alone.clock, whole.processor / alone.processor
        print(f"{name} beside both alone: {clock:.2f} by the clock, {processor:.2f} of processor")


if __name__ == "__main__":
    main()
