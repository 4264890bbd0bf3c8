"""A second refresh is refused, and a clock that goes back breaks no order."""

import os
import signal
import time

import pytest

from orchestration.reading.release_log import entries
from orchestration.reading.release_store import all_releases, require_current
from tests.integration.conftest import run_bilateral
from tests.integration.survival.workspace import POLL, STAGES, Progress, Workspace, tidy, whole

pytestmark = pytest.mark.campaign


def test_a_second_refresh_is_refused_and_the_first_continues(reduced: Workspace) -> None:
    workspace = reduced
    workspace.renew(workspace.settings.root)
    before = require_current(workspace.settings)
    progress, first = Progress(workspace.settings), workspace.commands.start("refresh")
    while first.is_running and progress.stage() < STAGES.index("dbt"):
        time.sleep(POLL)
    os.kill(first.process.pid, signal.SIGSTOP)  # so that it is at work, however slow the others start
    try:
        second = run_bilateral(workspace.settings.root, workspace.settings.data, "refresh")
        pruning = run_bilateral(workspace.settings.root, workspace.settings.data, "releases", "prune", "--keep", "1")
    finally:
        os.kill(first.process.pid, signal.SIGCONT)
    assert first.wait() == 0, first.text
    for refused in (second, pruning):
        assert refused.returncode == 1
        assert f"in use: bilateral refresh, process {first.process.pid} on " in refused.stderr
        assert "BILATERAL_DATA" in refused.stderr
        assert "Traceback" not in refused.stderr
    assert require_current(workspace.settings).previous == before.id
    assert whole(workspace.settings) + tidy(workspace.settings) == []


def test_a_clock_that_goes_back_breaks_no_order(reduced: Workspace) -> None:
    """Two years back: the refresh warns and dates its release by the clock; the log keeps the order."""
    workspace = reduced
    workspace.renew(workspace.settings.root)
    before = require_current(workspace.settings)
    known = [release.id for release in all_releases(workspace.settings)]
    code, output = workspace.commands.run("refresh", SOURCE_DATE_EPOCH=str(int(time.time()) - 2 * 365 * 86400))
    assert code == 0, output
    after = require_current(workspace.settings)
    assert after.previous == before.id
    assert after.published_at < before.published_at
    assert "warning: the log of releases has an event dated " in output
    assert [release.id for release in all_releases(workspace.settings)] == [*known, after.id]
    assert entries(workspace.settings)[-1].release == after.id
    assert whole(workspace.settings) + tidy(workspace.settings) == []
    workspace.renew(workspace.settings.root)
    workspace.refresh()
    assert require_current(workspace.settings).previous == after.id
