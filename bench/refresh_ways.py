"""Benchmark: a refresh from the command line, from the UI and from schedule and sensor, with changed and with unchanged inputs.

It works on a copy of the checkout in a temporary folder. A change is a comment in a file of claims, so that everything is
built, guarded and published. Sources come from the bundle; for schedule and sensor the live feed has one source, whose
files come by hand, so that no publisher is requested. The first run of the sensor is that of the change to the live
feed. Times are wall time, CPU time is that of the command. Run from the root of the checkout:

    python -m bench.refresh_ways
"""

import os
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx

from orchestration.core.settings import Settings
from tests.integration.conftest import copy_tree, run_bilateral
from tests.integration.serving import serving

SOURCE = "ncses"
"""A source whose files come by hand: the live feed requests no publisher."""

BUILD, SENSOR = "build_and_publish", "changed_inputs"
LIMIT = 3_600
"""Seconds after which a run counts as hung."""

LAUNCH = """mutation ($job: String!) { launchRun(executionParams: {mode: "default", runConfigData: {}, selector: {
  repositoryLocationName: "bilateral", repositoryName: "__repository__", jobName: $job}}) {
  ... on LaunchRunSuccess { run { runId } } ... on PythonError { message } } }"""
RUNS = """query { runsOrError { ... on Runs { results { runId jobName status creationTime endTime } } } }"""
TICKS = """query ($sensor: String!) { sensorOrError(sensorSelector: {sensorName: $sensor,
  repositoryLocationName: "bilateral", repositoryName: "__repository__"}) { ... on Sensor {
  sensorState { ticks(limit: 20) { status timestamp endTimestamp skipReason } } } } }"""


def main() -> None:
    """Measure every way and print a line for each."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(copy_tree(Path(folder) / "tree"), Path(folder) / "data")
        refresh(settings, "command line, first release")
        refresh(settings, "command line, unchanged")
        change(settings)
        refresh(settings, "command line, changed")
        with serving(settings) as (address, _):
            report("UI, Launch of refresh, unchanged", launch(address, "refresh"))
            change(settings)
            report("UI, Launch of refresh, changed", launch(address, "refresh"))
        with serving(settings, BILATERAL_FEED="live", BILATERAL_LIVE_SOURCES=SOURCE) as (address, _):
            report("sensor, run that it starts, changed", ended(address, BUILD, 0))
            report("sensor, tick, unchanged", tick(address))
            report("schedule, fetch of a source, unchanged", launch(address, f"fetch_{SOURCE}"))


def refresh(settings: Settings, name: str) -> None:
    """Run ``bilateral refresh`` on the bundle and report it."""
    begun, used = time.monotonic(), os.times()
    done = run_bilateral(settings.root, settings.data, "refresh")
    if done.returncode:
        raise SystemExit(done.stderr)
    now = os.times()
    processor = now.children_user + now.children_system - used.children_user - used.children_system
    report(name, time.monotonic() - begun, f", {processor:.1f} s of CPU time")


def report(name: str, seconds: float, more: str = "") -> None:
    print(f"{name:<40} {seconds:6.1f} s{more}, load {os.getloadavg()[0]:.1f}", flush=True)


def change(settings: Settings) -> None:
    """Change the inputs and no figure."""
    path = min((settings.root / "data" / "claims").glob("*.yaml"))
    path.write_text(f"{path.read_text()}# {time.time_ns()}\n")


def graphql(address: str, query: str, **variables: str) -> Any:
    answer = httpx.post(f"{address}/graphql", json={"query": query, "variables": variables}, timeout=60)
    return answer.raise_for_status().json()["data"]


def runs(address: str, job: str) -> list[Any]:
    """Return the runs of a job that ended, the newest first."""
    records = graphql(address, RUNS)["runsOrError"]["results"]
    return [run for run in records if run["jobName"] == job and run["endTime"]]


def ended(address: str, job: str, before: int) -> float:
    """Wait until one more run of a job has ended; return its seconds from its creation on."""
    limit = time.monotonic() + LIMIT
    while len(records := runs(address, job)) == before:
        if time.monotonic() > limit:
            raise SystemExit(f"no run of {job} ends within {LIMIT} s")
        time.sleep(1)
    if records[0]["status"] != "SUCCESS":
        raise SystemExit(f"run {records[0]['runId']} of {job}: {records[0]['status']}")
    return float(records[0]["endTime"] - records[0]["creationTime"])


def launch(address: str, job: str) -> float:
    """Launch a job as the button of its launchpad does; return the seconds until the run has ended."""
    before = len(runs(address, job))
    graphql(address, LAUNCH, job=job)
    return ended(address, job, before)


def tick(address: str) -> float:
    """Wait for a tick of the sensor that finds nothing to build; return its seconds."""
    begun = time.time()
    while time.time() < begun + LIMIT:
        for item in graphql(address, TICKS, sensor=SENSOR)["sensorOrError"]["sensorState"]["ticks"]:
            if item["timestamp"] > begun and "those of release" in (item["skipReason"] or "") and item["endTimestamp"]:
                return float(item["endTimestamp"] - item["timestamp"])
        time.sleep(2)
    raise SystemExit(f"{SENSOR} has no tick within {LIMIT} s")


if __name__ == "__main__":
    main()
