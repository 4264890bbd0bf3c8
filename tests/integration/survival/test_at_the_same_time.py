"""A second refresh at the same time is refused in words, a clock that goes back breaks no order, and a rollback is not undone."""

from __future__ import annotations

import os
import signal
import time

from orchestration.releases.history import entries
from orchestration.releases.release_store import all_releases, require_current
from tests.integration.conftest import run_bilateral
from tests.integration.survival.house import POLL, STAGES, House, Progress, tidy, whole


def test_a_second_refresh_is_refused_and_the_first_goes_on(reduced: House) -> None:
    house = reduced
    house.renew(house.settings.root)
    before = require_current(house.settings)
    progress, first = Progress(house.settings), house.start()
    while first.runs and progress.stage() < STAGES.index("dbt"):
        time.sleep(POLL)
    os.kill(first.process, signal.SIGSTOP)  # so that it is at work, however slow the others start
    try:
        second = run_bilateral(house.settings.root, house.settings.data, "refresh")
        pruning = run_bilateral(house.settings.root, house.settings.data, "releases", "prune", "--keep", "1")
    finally:
        os.kill(first.process, signal.SIGCONT)
    assert first.wait() == 0, first.said
    for refused in (second, pruning):
        assert refused.returncode == 1
        assert f"another is running (process {first.process})" in refused.stderr
        assert "BILATERAL_DATA" in refused.stderr
        assert "Traceback" not in refused.stderr
    assert require_current(house.settings).previous == before.id
    assert whole(house.settings) + tidy(house.settings) == []


def test_a_clock_that_goes_back_breaks_no_order(reduced: House) -> None:
    """Two years back: the release is later than the one before it all the same, in id, log and order."""
    house = reduced
    house.renew(house.settings.root)
    before = require_current(house.settings)
    known = [release.id for release in all_releases(house.settings)]
    code, said = house.nursery.run("refresh", SOURCE_DATE_EPOCH=str(int(time.time()) - 2 * 365 * 86400))
    assert code == 0, said
    after = require_current(house.settings)
    assert after.previous == before.id
    assert after.published_at > before.published_at
    assert [release.id for release in all_releases(house.settings)] == [*known, after.id]
    assert entries(house.settings)[-1].release == after.id
    assert whole(house.settings) + tidy(house.settings) == []
    house.renew(house.settings.root)
    house.refresh()
    assert require_current(house.settings).previous == after.id
