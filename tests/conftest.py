"""Shared by all tests: Hypothesis profiles, a parsed project, two published releases, and the order of tests."""

import gc
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import settings as hypothesis

from orchestration.core.settings import Settings
from orchestration.reading.release import Release
from orchestration.reading.release_store import require_current
from orchestration.transform.dbt_runner import parsed_manifest
from tests.integration.conftest import PublishedCopy, copy_tree, run_bilateral
from tests.integration.survival.reduced_project import reduced_tree

TESTS = Path(__file__).parent
NETWORK_WATCH, NETWORK_NOTES = TESTS / "integration" / "network_watch", "network.txt"

# hundreds of commands are started: without bytecode files each would compile the package again
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

hypothesis.register_profile("bilateral", deadline=None)  # a busy machine is not a failure
hypothesis.register_profile("fast", deadline=None, max_examples=10)  # for `make test-fast`
hypothesis.load_profile("bilateral")

FIRST = (
    *("integration/survival/test_kills.py", "integration/survival/test_every_step.py"),
    *("integration/test_corruption.py", "integration/test_guards_audit.py", "integration/year/test_year.py"),
    "integration/test_published.py",
)
"""The longest files of `make campaign`, and the file of `make test` that publishes the release which others read."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run FIRST, then unit tests, then all others: unit tests use the time until the release is published."""

    def place(item: pytest.Item) -> tuple[int, bool]:
        name = item.path.relative_to(TESTS).as_posix()
        return FIRST.index(name) if name in FIRST else len(FIRST), not name.startswith("unit/")

    items.sort(key=place)


def pytest_collection_finish() -> None:
    """Keep garbage collection from visiting the imported libraries, which takes a tenth of the time of unit tests."""
    gc.freeze()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Return how many processors there are, and one more for tests that wait for pages, servers and daemons."""
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return processors + 1 if config.option.numprocesses == "auto" else processors


@pytest.fixture(scope="session")
def parsed_copy(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A copied tree whose dbt project was parsed; ``published_copy`` is the same tree."""
    with _shared_tree(tmp_path_factory, "published", copy_tree) as settings:
        parsed_manifest(settings)
    return settings


@pytest.fixture(scope="session")
def published_copy(tmp_path_factory: pytest.TempPathFactory) -> PublishedCopy:
    """A copied tree in which the real refresh published a release."""
    return _published_once(tmp_path_factory, "published", copy_tree)


@pytest.fixture(scope="session")
def release(published_copy: PublishedCopy) -> Release:
    """The release of ``published_copy``."""
    return require_current(published_copy.settings)


@pytest.fixture(scope="session")
def reduced_copy(tmp_path_factory: pytest.TempPathFactory) -> PublishedCopy:
    """The reduced project in which the real refresh published a release."""
    return _published_once(tmp_path_factory, "reduced_release", reduced_tree)


@contextmanager
def _shared_tree(
    tmp_path_factory: pytest.TempPathFactory, name: str, write_tree: Callable[[Path], Path]
) -> Iterator[Settings]:
    """Yield a tree that all test processes share, locked; write it if it is new."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    folder = folder / name
    settings = Settings(root=folder / "tree", data=folder / "data")
    with FileLock(f"{folder}.lock"):
        if not settings.root.exists():
            write_tree(settings.root)
        yield settings


def _published_once(
    tmp_path_factory: pytest.TempPathFactory, name: str, write_tree: Callable[[Path], Path]
) -> PublishedCopy:
    """Return a shared tree and its first release; the first process that needs it publishes it."""
    with _shared_tree(tmp_path_factory, name, write_tree) as settings:
        record = settings.data.with_name("refresh.json")
        if not record.exists():
            path = os.pathsep.join((str(NETWORK_WATCH), str(settings.root)))
            notes = str(settings.data.with_name(NETWORK_NOTES))
            done = run_bilateral(settings.root, settings.data, "refresh", PYTHONPATH=path, NETWORK_NOTES=notes)
            record.write_text(json.dumps([done.args, done.returncode, done.stdout, done.stderr]))
    refresh = subprocess.CompletedProcess[str](*json.loads(record.read_text()))
    assert refresh.returncode == 0, f"the first refresh publishes\n{refresh.stdout}\n{refresh.stderr}"
    return PublishedCopy(settings, refresh)
