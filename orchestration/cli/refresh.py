"""The whole refresh in one process: the Dagster job, its failures, alerts and the summary."""

import io
import signal
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, redirect_stdout, suppress
from dataclasses import replace
from datetime import datetime
from typing import IO, Any

import click

from orchestration.assets.run_tags import COMMAND, HELD, REFRESH
from orchestration.automation.alert_messages import RELEASE, Problem, run_subject, source_subject
from orchestration.automation.incidents import alert
from orchestration.cli.dagster_instance import fail_killed_runs, prepare_instance
from orchestration.cli.output import require_reason
from orchestration.cli.progress import terminal_logger
from orchestration.cli.status import command, summary
from orchestration.contracts.source import Source
from orchestration.core.data_lock import alone, crashed_runs
from orchestration.core.disk_errors import disk_error
from orchestration.core.errors import BilateralError
from orchestration.core.processes import noting_signals
from orchestration.core.progress import log
from orchestration.core.settings import Settings, now
from orchestration.core.temporary import temporary_folder
from orchestration.ingestion.payload_store import BUNDLE
from orchestration.reading.release import Release
from orchestration.reading.release_store import current_release, release_made_of, require_current
from orchestration.releases.fingerprint import fingerprint
from orchestration.releases.upkeep import recover
from orchestration.sources import load_sources
from orchestration.transform.engines import engine

TERMINATED = 128 + signal.SIGTERM
"""The exit code of a refresh that SIGTERM stopped, as a shell gives it."""

LOG = "refresh.log"
"""The file with the output of dbt; the terminal shows one line per finished step."""


class _Log(io.TextIOBase):
    """The log of dbt's output. On a full disk it stays incomplete and does not interrupt dbt: the build then fails with
    the error of the disk, and so does closing the file."""

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        with suppress(OSError):
            self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        with suppress(OSError):
            self._stream.flush()


@click.command()
@click.option("--rebuild", is_flag=True, help="Build and guard even if inputs and code are unchanged.")
@click.option(
    "--accept",
    metavar="REASON",
    callback=require_reason,
    help="Publish even if figures moved beyond the limits of their metrics; the release records the reason.",
)
@click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="YYYY-MM-DD",
    help="Publish what was known at the end of this day as a separate release that never becomes the current one.",
)
def refresh(rebuild: bool, accept: str | None, as_of: datetime | None) -> None:
    """Fetch, build, guard and publish, then print a summary.

    Nothing is built if inputs and code are those of the current release and its files are undamaged; on the live feed
    this is known once every publisher has answered.
    """
    settings = replace(Settings.from_environment(), as_of=as_of.date() if as_of else None)
    with noting_signals() as signals:
        try:
            code = _refresh(settings, rebuild, accept, signals)
        except KeyboardInterrupt:
            if signal.SIGTERM not in signals():
                raise
            click.echo("\nstopped by SIGTERM: nothing was published, and nothing that was fetched is lost", err=True)
            code = TERMINATED
    sys.exit(code)


def _refresh(settings: Settings, rebuild: bool, accept: str | None, signals: Callable[[], frozenset[int]]) -> int:
    """Refresh, print the summary, and return the exit code."""
    if settings.as_of and settings.as_of > now().date():
        raise BilateralError(
            f"--as-of {settings.as_of} is in the future (today is {now().date()})",
            remedy="pass today or an earlier day",
        )
    engine(settings.engine).require()
    started = time.monotonic()
    with temporary_folder(), alone(settings, "bilateral refresh"), alerting_on_error(settings):
        for words in recover(settings):
            log.info(f"recover  {words}")
        if not rebuild and settings.feed == BUNDLE and (release := release_made_of(settings, fingerprint(settings))):
            if not settings.as_of:
                if crashed_runs(settings):
                    _report_killed_runs(settings)
                send_alerts(settings, (), [RELEASE, run_subject(REFRESH), *map(source_subject, load_sources())])
            return _print_unchanged(release)
        before = current_release(settings)
        failures = _execute(settings, accept, signals, rebuild)
    if refusal := disk_error(settings, "\n".join(failures)) if failures else None:
        raise refusal
    if failures:
        current = f"the last good release {before.id} remains current" if before else "there is no release yet"
        click.echo("\nrefused: " + "\n\n".join(failures), err=True)
        click.echo(f"\nNothing was published; {current}.", err=True)
        return 1
    made = release_made_of(settings, fingerprint(settings)) if settings.as_of else None
    release = made or require_current(settings)
    if before and release.id == before.id and not rebuild:
        return _print_unchanged(release)
    name = f" {release.id}" if settings.as_of else ""
    seconds = time.monotonic() - started
    click.echo(f"{summary(release)}\n\nRefreshed in {seconds:.0f} s; for more: {command()} status{name}")
    return 0


def _print_unchanged(release: Release) -> int:
    why = "Nothing changed: inputs and code are those of this release; its files are undamaged."
    click.echo(f"{summary(release)}\n\n{why}")
    return 0


@contextmanager
def alerting_on_error(settings: Settings) -> Iterator[None]:
    """Send an alert for an error outside the Dagster run, and raise it again."""
    try:
        yield
    except Exception as error:
        send_alerts(settings, [Problem(run_subject(REFRESH), str(error) or type(error).__name__)])
        raise


def send_alerts(
    settings: Settings, problems: Iterable[Problem], recovered: Iterable[str] = (), run_id: str | None = None
) -> None:
    """Send alerts; failures to send are printed and never fail a refresh."""
    try:
        for words in alert(settings, problems, recovered, run_id):
            log.info(f"alert    {words}")
    except OSError as error:
        log.info(f"alert    not sent: {error}")


def _execute(settings: Settings, accept: str | None, signals: Callable[[], frozenset[int]], rebuild: bool) -> list[str]:
    """Run the refresh job, again where a failed run held a vintage back; return its failures as text.

    Raises:
        KeyboardInterrupt: a signal stopped the run; it is not reported as a failure.
    """
    from orchestration.automation.run_outcomes import failure_texts, outcome_of

    sources = load_sources()
    problems: dict[str, Problem] = {}
    while True:
        runs, is_held = _attempt(settings, accept, rebuild)
        failures = [] if runs[-1].success else failure_texts([event for run in runs for event in run.all_events])
        if failures and signals() & {signal.SIGINT, signal.SIGTERM}:
            raise KeyboardInterrupt
        if settings.as_of:  # requested by a person who sees the outcome: no alerts
            return failures
        outcomes = [outcome_of(run.all_events, sources, REFRESH, run.run_id, run.success) for run in runs]
        new = {problem.subject: problem for outcome in outcomes for problem in outcome.problems}
        if not is_held:
            break
        problems |= {subject: new[subject] for subject in map(source_subject, sources) if subject in new}
        if settings.feed != BUNDLE:  # the publishers have answered
            settings = replace(settings, feed="landing")
    problems |= new
    well = {subject for outcome in outcomes for subject in outcome.recovered} | (set() if failures else {RELEASE})
    _alert_about(settings, sources, problems, well, runs[-1].run_id)
    return failures


def _attempt(settings: Settings, accept: str | None, rebuild: bool) -> tuple[list[Any], bool]:
    """Run the jobs once in this process, with the output of dbt in the log, and tidy Dagster's records.

    Return the results of the runs, and whether the last of them held a vintage back.
    """
    from orchestration.transform.dbt_runner import parsed_manifest

    with ThreadPoolExecutor() as background:
        background.submit(parsed_manifest, settings)  # dbt parses while Dagster loads; build_definitions raises errors
        prepare_instance(settings)
        log.info("start    loading the code location")
        import dagster as dg

        from orchestration.assets.dbt_assets import stop_builds
        from orchestration.definitions import build_definitions

    terminal = dg.Definitions(loggers={"terminal": dg.LoggerDefinition(lambda _: terminal_logger("terminal"))})
    definitions = dg.Definitions.merge(build_definitions(settings, load_sources()), terminal)
    day = f"what was known on {settings.as_of}" if settings.as_of else "sources"
    log.info(f"fetch    {day} on the {settings.feed} feed")
    # the Dagster UI shows the warehouse of today, which a run as of an earlier day does not update
    opened = dg.DagsterInstance.ephemeral() if settings.as_of else dg.DagsterInstance.get()
    with (settings.data / LOG).open("w", encoding="utf-8") as stream, redirect_stdout(_Log(stream)), opened as instance:
        if not settings.as_of:
            fail_killed_runs(instance, settings, has_folder_alone=True)
        try:
            results = list(_runs(settings, definitions, instance, accept, rebuild))
        finally:
            stop_builds()
        _remove_old_runs(instance)
        (last,) = instance.get_runs(dg.RunsFilter([results[-1].run_id]))
        return results, HELD in last.tags


def _alert_about(
    settings: Settings, sources: Mapping[str, Source], problems: Mapping[str, Problem], well: Set[str], run_id: str
) -> None:
    """Send alerts about problems, overdue publishers and recoveries."""
    from orchestration.automation.housekeeping import overdue

    late, in_time = overdue(sources, settings, now().date())
    send_alerts(settings, [*problems.values(), *late], [*sorted(well - problems.keys()), *in_time], run_id)


def _runs(settings: Settings, definitions: Any, instance: Any, accept: str | None, rebuild: bool) -> Iterator[Any]:
    """Yield the result of each run: a fetch and, where there is something new, a build; as of a day both in one."""
    from orchestration.assets.raw_assets import raw_key
    from orchestration.assets.release_asset import accept_config
    from orchestration.automation.run_policy import BUILD_JOB

    quiet: dict[str, Any] = {"loggers": {"terminal": {}}}
    options: dict[str, Any] = {"instance": instance, "raise_on_error": False, "tags": {COMMAND: "yes"}}
    job = REFRESH
    if not settings.as_of:
        raw = [raw_key(name, table) for name, source in load_sources().items() for table in source.TABLES]
        yield (fetched := definitions.resolve_job_def(job).execute_in_process(quiet, asset_selection=raw, **options))
        if not fetched.success or (not rebuild and release_made_of(settings, fingerprint(settings))):
            return
        job = BUILD_JOB
    config = quiet | (accept_config(accept) if accept else {})
    yield definitions.resolve_job_def(job).execute_in_process(config, **options)


def _remove_old_runs(instance: Any) -> None:
    """Keep Dagster's records within their limit where no daemon does; print a failure to do so, and go on."""
    from sqlalchemy.exc import SQLAlchemyError

    from orchestration.automation.housekeeping import remove_old_runs

    try:
        for words in remove_old_runs(instance):
            log.info(f"tidy     {words}")
    except (OSError, SQLAlchemyError) as error:
        log.info(f"tidy     records of old runs stay: {type(error).__name__}")


def _report_killed_runs(settings: Settings) -> None:
    prepare_instance(settings)
    import dagster as dg

    with dg.DagsterInstance.get() as instance:
        fail_killed_runs(instance, settings, has_folder_alone=True)
