"""Benchmark: a whole refresh, payload to release, on synthetic reported and balanced services beside the bundle.

The figures are drawn at random and are no statistics (bench/synthetic_services.py); nothing of them leaves a temporary
data folder. The first run publishes the bundle alone. Then each size begins with that release, has its payloads in the
landing folder as if they had been fetched, and runs `bilateral refresh` on them: raw files, admission, dbt, guards,
release with its gate and its difference from the release before, and pages. Run from the root of the checkout:

    python bench/whole_chain.py --reported 100000 300000 1000000

There are ten balanced rows for each reported one. Memory is the largest sum of the resident sizes of all processes of a
run, CPU time that of all of them; exponents compare what a size costs beyond the bundle alone with the same of the size
before it.
"""

import argparse
import math
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from bench.synthetic_services import store_payloads
from orchestration.core.settings import Settings
from orchestration.reading.release_store import require_current

DEFAULT_REPORTED = (100_000,)
BALANCED = 10
"""Balanced rows for each reported one."""

MEMORY_LIMIT = 4 * 1024**3
EVERY = 0.2
"""Seconds between two looks at the processes of a run."""

WHOLE, FIRST = "whole", "0 start"
LINES = (
    (r"fetch ", "1 raw and admission"),
    (r"raw +wto", "2 dbt"),
    (r"dbt .* tables built", "3 guards"),
    (r"guards ", "4 tables of the release"),
    (r"site ", "7 hashes and publishing"),
)
FILES = (("site", "6 pages"), ("diff.json", "5 gate and papers"))
"""Signs of a refresh, a line of its output or a file of the release that it writes, and the step that then begins."""


@dataclass
class Cost:
    """The cost of a step: wall time and CPU time in seconds, and the largest resident size in bytes."""

    clock: float = 0.0
    processor: float = 0.0
    memory: int = 0


@dataclass
class Run:
    """The costs of the steps of one refresh."""

    steps: dict[str, Cost] = field(default_factory=dict)

    def of(self, step: str) -> Cost:
        """Return the cost of a step, or of all of them together."""
        costs = list(self.steps.values()) if step == WHOLE else [self.steps.get(step, Cost())]
        memory = max(cost.memory for cost in costs)
        return Cost(sum(cost.clock for cost in costs), sum(cost.processor for cost in costs), memory)


def observed(
    command: list[str],
    environment: Mapping[str, str],
    releases: Path | None = None,
    first: str = WHOLE,
    folder: Path | None = None,
) -> Run:
    """Run a command in a folder and observe it, from the step ``first`` on.

    Raises:
        SystemExit: the command failed.
    """
    run, now = Run(), [first]
    process = subprocess.Popen(  # noqa: S603
        command,
        env={**os.environ, **environment},
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    lines: list[str] = []

    def read() -> None:
        for line in process.stdout or ():
            lines.append(line)
            if step := _step_of_line(line):
                now[0] = step

    reader = threading.Thread(target=read)
    reader.start()
    clock, used = time.monotonic(), 0.0
    while process.poll() is None:
        time.sleep(EVERY)
        if releases is not None and (step := _step_of_files(releases)) and step > now[0]:
            now[0] = step
        processor, memory = _processes(process.pid)
        cost = run.steps.setdefault(now[0], Cost())
        cost.clock, clock = cost.clock + time.monotonic() - clock, time.monotonic()
        cost.processor, used = cost.processor + max(processor - used, 0.0), max(processor, used)
        cost.memory = max(cost.memory, memory)
    reader.join()
    if process.returncode:
        raise SystemExit("".join(lines))
    return run


def _step_of_line(line: str) -> str | None:
    """Return the step that begins with a line of progress: seconds, a word, what came of it."""
    return next((step for output, step in LINES if re.match(rf" *[\d.]+s  {output}", line)), None)


def _step_of_files(releases: Path) -> str | None:
    return next((step for name, step in FILES if next(releases.glob(f".*/{name}"), None) is not None), None)


def _processes(root: int) -> tuple[float, int]:
    """Return the CPU time in seconds of a process and its descendants, those that ended included, and their resident
    size."""
    children: dict[int, list[int]] = {}
    states: dict[int, list[str]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        states[int(stat.parent.name)] = fields
        children.setdefault(int(fields[1]), []).append(int(stat.parent.name))
    ticks, pages, waiting = 0, 0, [root]
    while waiting:
        one = waiting.pop()
        waiting += children.get(one, [])
        if one in states:
            ticks += sum(int(part) for part in states[one][11:15])
            pages += int(states[one][21])
    return ticks / os.sysconf("SC_CLK_TCK"), pages * os.sysconf("SC_PAGE_SIZE")


def refresh(settings: Settings, feed: str) -> Run:
    """Run `bilateral refresh` in a data folder of the benchmark."""
    environment = {"BILATERAL_DATA": str(settings.data), "BILATERAL_ROOT": str(settings.root), "BILATERAL_FEED": feed}
    program = "from orchestration.cli.entry import main; main()"
    accepted = ["--accept", "synthetic figures of a benchmark"] if feed == "landing" else []
    return observed([sys.executable, "-c", program, "refresh", *accepted], environment, settings.releases, FIRST)


def rows_of(settings: Settings) -> str:
    """Return a sentence with the number of tables and rows of the current release."""
    tables = require_current(settings).content["tables"]
    return f"{len(tables)} tables with {sum(tables.values()):,} rows"


def measured(base: Settings, data: Path, reported: int) -> tuple[int, Run]:
    """One size: the rows of its payloads and what its refresh cost."""
    settings = replace(base, data=data, feed="landing")
    shutil.copytree(base.data, data, symlinks=True)
    started = time.monotonic()
    stored = store_payloads(settings, reported, reported * BALANCED)
    size = sum(path.stat().st_size for path in settings.landing.glob("*/payloads/*/*"))
    words = ", ".join(f"{resource} {rows:,}" for resource, rows in stored.items())
    print(
        f"\npayloads: {words} synthetic rows, {size / 1e6:,.0f} MB, made in {time.monotonic() - started:.0f} s",
        flush=True,
    )
    run = refresh(settings, "landing")
    print(f"release: {rows_of(settings)}, {require_current(settings).size / 1e6:,.0f} MB", flush=True)
    return sum(stored.values()), run


def table(run: Run, without: Run, before: tuple[int, Run] | None, rows: int) -> Iterator[str]:
    """Print the cost of each step; exponents beyond the run ``without`` synthetic rows."""
    yield f"{'step':34s}{'clock s':>10s}{'processor s':>13s}{'memory GB':>11s}{'exponent':>10s}"
    for name in [*sorted(run.steps), WHOLE]:
        cost, power = run.of(name), ""
        if before:
            power = _exponent(cost, before[1].of(name), without.of(name), rows / before[0])
        yield f"{name:34s}{cost.clock:10.1f}{cost.processor:13.1f}{cost.memory / 1e9:11.2f}{power:>10s}"


def _exponent(now: Cost, then: Cost, without: Cost, times: float) -> str:
    """Return the exponent by which CPU time grew with the rows; nothing for a step that is too short."""
    grown = now.processor - without.processor, then.processor - without.processor
    return f"{math.log(grown[0] / grown[1]) / math.log(times):.2f}" if min(grown) > 1 else "-"


def main() -> None:
    parser = argparse.ArgumentParser(description="Payload to release on synthetic services.")
    parser.add_argument(
        "--reported", type=int, nargs="+", default=list(DEFAULT_REPORTED), help="reported rows of each size"
    )
    parser.add_argument("--folder", type=Path, help="where the files go while it runs; default is the system's own")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bilateral-bench-", dir=chosen.folder) as folder:
        base = replace(Settings.from_environment(), data=Path(folder, "bundle"), feed="bundle")
        without = refresh(base, "bundle")
        print(f"the bundle alone: {rows_of(base)}", *table(without, without, None, 0), sep="\n", flush=True)
        before: tuple[int, Run] | None = None
        for reported in sorted(chosen.reported):
            data = Path(folder, str(reported))
            rows, run = measured(base, data, reported)
            print(*table(run, without, before, rows), sep="\n", flush=True)
            before = rows, run
            shutil.rmtree(data)
            if run.of(WHOLE).memory > MEMORY_LIMIT:
                raise SystemExit(
                    f"memory stays under {MEMORY_LIMIT / 1e9:.1f} GB; seen {run.of(WHOLE).memory / 1e9:.1f} GB"
                )


if __name__ == "__main__":
    main()
