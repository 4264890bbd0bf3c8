"""What all tests share: properties without a clock, two releases that the real refresh published, the order of files. No test here."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings as hypothesis

from orchestration.core.files import locked
from orchestration.core.settings import Settings
from tests.integration.conftest import PublishedCopy, copy_tree, run_bilateral
from tests.integration.survival.reduced_project import reduced_tree

TESTS = Path(__file__).parent

# hundreds of commands are started: where Python is asked to keep nothing that it compiled, each compiles the package again
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

hypothesis.register_profile("bilateral", deadline=None)  # a busy machine is no failure
hypothesis.register_profile("fast", deadline=None, max_examples=10)  # for `make test-fast`
hypothesis.load_profile("bilateral")

FIRST = (
    "integration/survival/test_kills.py",
    "integration/test_unattended.py",
    "integration/test_upgrade.py",
    "integration/survival/test_every_step.py",
    "browser/test_service_guard.py",
    "browser/test_dagster_ui.py",
    "integration/test_corruption.py",
    "integration/test_guards_audit.py",
    "integration/test_new_vintages.py",
    "integration/survival/test_at_the_same_time.py",
    "integration/survival/test_readers.py",
    "integration/survival/test_hardened.py",
    "integration/survival/test_disks.py",
    "integration/test_as_of.py",
    "integration/test_engines.py",
    "integration/test_adding.py",
    "integration/survival/test_growth.py",
    "integration/year/test_year.py",
)
"""Long files, those that prove most first. They begin, so that no process is at work alone in the end, and so that a limit of time
leaves out what matters least."""

MINUTES = "BILATERAL_TEST_MINUTES"
"""Environment variable: tests that would begin later than this are skipped and named; continuous integration sets it."""
BEGUN = time.monotonic()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put FIRST first and leave all others as they were collected; ``make test`` keeps to this order."""
    places = {TESTS / name: place for place, name in enumerate(FIRST)}
    items.sort(key=lambda item: places.get(item.path, len(places)))


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a test, and do not begin its fixtures, once the time is over."""
    minutes = os.environ.get(MINUTES)
    if minutes and time.monotonic() - BEGUN > 60 * float(minutes):
        pytest.skip(f"not run, {minutes} minutes are over: {item.path.relative_to(TESTS)}")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One process more than there are processors: tests wait for pages, servers and daemons."""
    return len(os.sched_getaffinity(0)) + 1 if hasattr(os, "sched_getaffinity") else (os.cpu_count() or 1) + 1


@pytest.fixture(scope="session")
def published_copy(tmp_path_factory: pytest.TempPathFactory) -> PublishedCopy:
    """A copied tree in which the real refresh published a release."""
    return _made_once(tmp_path_factory, "published", copy_tree)


@pytest.fixture(scope="session")
def reduced_copy(tmp_path_factory: pytest.TempPathFactory) -> PublishedCopy:
    """The reduced project in which the real refresh published a release."""
    return _made_once(tmp_path_factory, "reduced_release", reduced_tree)


def _made_once(tmp_path_factory: pytest.TempPathFactory, name: str, tree: Callable[[Path], Path]) -> PublishedCopy:
    """A tree and its first release, made once, also where several processes test."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    folder = folder / name
    settings = Settings(root=folder / "tree", data=folder / "data")
    record = folder / "refresh.json"
    with locked(folder):
        if not record.exists():
            refresh = run_bilateral(tree(settings.root), settings.data, "refresh")
            record.write_text(json.dumps([refresh.args, refresh.returncode, refresh.stdout, refresh.stderr]))
    refresh = subprocess.CompletedProcess[str](*json.loads(record.read_text()))
    assert refresh.returncode == 0, f"the first refresh publishes\n{refresh.stdout}\n{refresh.stderr}"
    return PublishedCopy(settings, refresh)
