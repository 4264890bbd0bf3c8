"""Killed before each single step on the disk, publishing, pruning, rolling back and landing leave the old state or the new one.

Steps are what Python does to files and folders: opening for writing, renaming, linking, removing, changing rights. The
process kills itself right before the n-th of them, for every n there is. All figures are synthetic.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from orchestration.core.files import write_json
from orchestration.core.settings import Settings
from orchestration.guards.evaluate import Evaluator
from orchestration.ingestion.payload_store import PayloadStore
from orchestration.releases.history import PUBLISHED, entries
from orchestration.releases.recovery import recover
from orchestration.releases.release_store import (
    all_releases,
    current_release,
    pointer_fault,
    published_releases,
    require_current,
)
from orchestration.releases.upkeep import damage_of, prune, roll_back
from tests.unit import synthetic_source as synthetic
from tests.unit.synthetic_project import Project, write_suite

MOST = 400
"""More steps than any of these takes."""

_CHANGES = {"os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.link", "os.symlink", "os.chmod", "shutil.rmtree"}


def killed_before(step: int, folder: Path, work: Callable[[], object]) -> bool:
    """Do the work in a child that kills itself before its n-th step in a folder; whether it came so far."""
    child = os.fork()
    if not child:
        try:
            _kill_before(step, str(folder))
            work()
            os._exit(0)
        except BaseException as error:
            print(f"{type(error).__name__}: {error}", file=sys.stderr, flush=True)
            os._exit(1)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert code in (0, -signal.SIGKILL), f"step {step}: the work fails by itself"
    return code != 0


def _kill_before(step: int, folder: str) -> None:
    seen = 0

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal seen
        writes = event == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR)
        if (writes or event in _CHANGES) and any(folder in os.fsdecode(one) for one in arguments[:2] if _is_path(one)):
            seen += 1
            if seen == step:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(watch)


def _is_path(value: object) -> bool:
    return isinstance(value, (str, bytes, os.PathLike))


@pytest.fixture
def made(tmp_path: Path, evaluator: Evaluator) -> Callable[[str], Project]:
    """Makes projects with two releases, each in a folder of its own."""

    def make(name: str) -> Project:
        settings = Settings(root=tmp_path / name / "root", data=tmp_path / name / "data")
        write_suite(settings)
        project = Project(settings, evaluator)
        project.release("one")
        project.release("two", value=5.5, accept="a synthetic step")
        return project

    return make


@pytest.fixture(scope="session")
def evaluator() -> Evaluator:
    return Evaluator()


def each_step(folder: Path, work: Callable[[], object], check: Callable[[int], None]) -> int:
    """Kill the work before each of its steps in turn, check what is left, and return how many steps there are."""
    for step in range(1, MOST):
        if not killed_before(step, folder, work):
            return step - 1
        check(step)
    raise AssertionError("the work has more steps than this test tries")


def assert_whole(settings: Settings, step: int) -> None:
    for release in published_releases(settings):
        assert damage_of(settings, release) == [], f"step {step}: {release.id}"
    assert current_release(settings) is not None, f"step {step}"


def assert_tidy(settings: Settings, step: int) -> None:
    assert [path.name for path in settings.releases.glob(".*")] == [], f"step {step}"
    published = [entry.release for entry in entries(settings) if entry.event == PUBLISHED]
    assert len(published) == len(set(published)), f"step {step}"
    assert {release.id for release in all_releases(settings)} <= set(published), f"step {step}"
    assert pointer_fault(settings) is None, f"step {step}"


def test_publishing(made: Callable[[str], Project]) -> None:
    project = made("publishing")
    settings, number = project.settings, 0
    build = project.build("three", value=5.5)
    project.guard(build)

    def publish() -> None:
        project.publish(build, f"{number:064x}", "a synthetic step")

    def check(step: int) -> None:
        nonlocal number
        before = {release.id for release in all_releases(settings)}
        assert_whole(settings, step)
        recover(settings)
        assert_whole(settings, step)
        assert_tidy(settings, step)
        newest = all_releases(settings)[-1]
        assert require_current(settings).id == newest.id, (
            f"step {step}: a whole release that appeared is the current one"
        )
        assert before <= {release.id for release in all_releases(settings)}, f"step {step}: recovery loses no release"
        number += 1  # what the killed one may have published is not published again
        write_json(build.inputs, f"{number:064x}")

    write_json(build.inputs, f"{number:064x}")
    steps = each_step(settings.data, publish, check)
    assert steps > 20
    assert_whole(settings, steps)
    assert require_current(settings).fingerprint == f"{number:064x}", "left alone, it publishes"


def test_pruning(made: Callable[[str], Project]) -> None:
    project = made("pruning")
    for name in ("three", "four"):
        project.release(name, value=5.5)
    settings, current = project.settings, require_current(project.settings)

    def check(step: int) -> None:
        assert_whole(settings, step)
        assert require_current(settings).id == current.id
        recover(settings)
        assert_tidy(settings, step)

    steps = each_step(settings.data, lambda: prune(settings, 1), check)
    assert steps > 3
    assert [release.id for release in all_releases(settings)] == [current.previous, current.id]


def test_rolling_back(made: Callable[[str], Project]) -> None:
    project = made("rolling_back")
    settings, second = project.settings, require_current(project.settings)
    first = all_releases(settings)[0]

    def check(step: int) -> None:
        assert_whole(settings, step)
        assert require_current(settings).id in (first.id, second.id)
        recover(settings)
        assert_tidy(settings, step)
        if entries(settings)[-1].release == first.id:
            assert require_current(settings).id == first.id, f"step {step}: what the log says is done"
            roll_back(settings, second, "back to the start of the test")

    steps = each_step(settings.data, lambda: roll_back(settings, first, "a synthetic reason"), check)
    assert steps >= 3
    assert require_current(settings).id == first.id


def test_landing(tmp_path: Path) -> None:
    """A payload that was finished stays; the next fetch completes what is missing and clears away what is half."""
    body = synthetic.body("2024,1")
    earlier = PayloadStore(tmp_path)
    earlier.record("live", [earlier.store(synthetic.answer(synthetic.body("2023,1")))])
    kept = {path: path.read_bytes() for path in tmp_path.glob("*/payloads/*/*")}

    def clear(folder: Path, _: float) -> None:
        for path in folder.glob("*"):
            path.unlink()

    def land() -> None:
        landing = PayloadStore(tmp_path)
        with landing.in_use("synthetic", clear):
            landing.record("live", [landing.store(synthetic.answer(body, resource="more"))])

    def check(step: int) -> None:
        assert {path: path.read_bytes() for path in kept} == kept, f"step {step}"
        for fetch in PayloadStore(tmp_path).fetches("synthetic"):
            for payload in fetch.payloads:
                assert payload.path.stat().st_size == payload.origin.size, (
                    f"step {step}: a record names whole payloads only"
                )

    steps = each_step(tmp_path, land, check)
    assert steps >= 4
    assert len(PayloadStore(tmp_path).fetches("synthetic")) == 2
    assert list(tmp_path.rglob("*.part")) == []
    assert list(tmp_path.glob("*/incoming/*")) == []
