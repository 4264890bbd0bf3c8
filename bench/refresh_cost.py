"""Benchmark: CPU and wall time of a first refresh and of a rebuild of the bundle, of dbt alone and of the suites alone.

A first refresh fills a temporary data folder; then each part runs in a process of its own, as do a rebuild with pages,
a refresh without news, and a tick of the sensor that looks for news. The last lines are two ratios: of the whole
rebuild to the sum of dbt and suites, which is what Dagster's records, start, fetch and release add, and of the first
refresh to the rebuild with pages. Run from the root of the checkout:

    python -m bench.refresh_cost
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from orchestration.core.settings import Settings, program
from orchestration.transform.build import Build, latest_build, open_database
from orchestration.transform.dbt_process import COMMAND
from orchestration.transform.dbt_runner import PARTIAL_PARSE, dbt_environment, parse_target
from tests.integration.conftest import REPOSITORY, environment

SUITES = """
from orchestration.core.settings import Settings
from orchestration.guards.receipt import guard_build
from orchestration.transform.build import latest_build
settings = Settings.from_environment()
guard_build(settings, latest_build(settings))
"""

TICKS = """
import time
import dagster as dg
from orchestration.definitions import defs
sensor = defs().get_sensor_def("changed_inputs")
for name in ("first tick", "next tick"):
    with dg.DagsterInstance.ephemeral() as instance, dg.build_sensor_context(instance=instance) as context:
        begun, used = time.perf_counter(), time.process_time()
        assert not sensor.evaluate_tick(context).run_requests
        processor, seconds = time.process_time() - used, time.perf_counter() - begun
        print(f"{name:<20} {processor:6.2f} s of CPU time {seconds:6.2f} s of wall time")
"""


def main() -> None:
    """Measure the whole, its two largest parts and what a service does without news, and print a line for each."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(root=REPOSITORY, data=Path(folder) / "data")
        variables = environment(settings.root, settings.data)
        refresh = [str(program("bilateral")), "refresh"]
        first = measured("first refresh", refresh, variables)
        measured("without news", refresh, variables)
        print(printed([sys.executable, "-c", TICKS], {**variables, "BILATERAL_FEED": "live"}), end="")
        whole = measured("whole rebuild", [*refresh, "--rebuild"], variables)
        suites = measured("suites alone", [sys.executable, "-c", SUITES], variables)
        dbt = measured("dbt alone", *dbt_alone(settings, latest_build(settings), variables))
        shutil.rmtree(settings.releases)
        with_pages = measured("rebuild with pages", [*refresh, "--rebuild"], variables)
    for number, name in enumerate(("CPU time", "wall time")):
        print(f"rebuild / (dbt + suites), {name:<10} {whole[number] / (dbt[number] + suites[number]):6.2f}")
        print(f"first / rebuild with pages, {name:<10} {first[number] / with_pages[number]:6.2f}")


def dbt_alone(
    settings: Settings, build: Build, variables: Mapping[str, str]
) -> tuple[list[str], Mapping[str, str], Path]:
    """Return the command, environment and working folder that build the tables of a build into a new database."""
    apart = Build(settings.data / "dbt_alone")
    apart.target.mkdir(parents=True)
    (apart.target / PARTIAL_PARSE).write_bytes((parse_target(settings) / PARTIAL_PARSE).read_bytes())
    # dbt resumes the parse only if the path of the database is the same
    open_database(settings).parent.symlink_to(apart.folder)
    command = [str(program(COMMAND)), "build", "--quiet", "--exclude-resource-type", "unit_test"]
    return (
        command,
        {**variables, **dbt_environment(settings, build.raw, open_database(settings), apart.target)},
        (settings.dbt_project),
    )


def measured(
    name: str, command: Sequence[str], variables: Mapping[str, str], folder: Path = REPOSITORY
) -> tuple[float, float]:
    """Run a command, print its CPU and wall seconds with those of its children, and return them."""
    begun, used = time.monotonic(), os.times()
    printed(command, variables, folder)
    now, seconds = os.times(), time.monotonic() - begun
    processor = now.children_user + now.children_system - used.children_user - used.children_system
    print(f"{name:<20} {processor:6.1f} s of CPU time {seconds:6.1f} s of wall time", flush=True)
    return processor, seconds


def printed(command: Sequence[str], variables: Mapping[str, str], folder: Path = REPOSITORY) -> str:
    """Run a command to its end and return what it printed."""
    environment = {**os.environ, **variables}
    return subprocess.run(command, env=environment, cwd=folder, check=True, capture_output=True, text=True).stdout  # noqa: S603


if __name__ == "__main__":
    main()
