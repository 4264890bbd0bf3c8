"""A kill before each single step on the disk of publishing, pruning, rolling back, copying pages and landing leaves the
old or new state.

Steps are what Python does to files and folders: opening for writing, renaming, linking, removing, changing rights.
Right before each of them the folder is copied as it lies on the disk, which is what a kill there would leave. All
figures are synthetic.
"""

import os
import shutil
import socket
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from orchestration.core.files import write_json
from orchestration.core.settings import Settings
from orchestration.ingestion.payload_store import PayloadStore
from orchestration.reading.release_log import PUBLISHED, entries
from orchestration.reading.release_store import (
    all_releases,
    current_release,
    pointer_fault,
    published_releases,
    require_current,
)
from orchestration.releases.upkeep import damage_of, prune, recover, roll_back
from orchestration.site import site_copy
from tests.unit import synthetic_source as synthetic
from tests.unit.synthetic_project import Project, write_suite

pytestmark = pytest.mark.campaign

_CHANGES = {"os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.link", "os.symlink", "os.chmod", "shutil.rmtree"}


def each_step(folder: Path, work: Callable[[], object], check: Callable[[int, Path], None]) -> int:
    """Do the work in a child; before each of its steps check a copy of the folder. Return the number of steps."""
    copied = folder.with_name("killed")
    ours, theirs = socket.socketpair()
    child = os.fork()
    if not child:
        ours.close()
        try:
            _stop_before_each_step(folder, copied, theirs)
            work()
            os._exit(0)
        except BaseException as error:
            print(f"{type(error).__name__}: {error}", file=sys.stderr, flush=True)
            os._exit(1)
    theirs.close()
    steps = 0
    with ours:
        while ours.recv(1):
            steps += 1
            check(steps, copied)
            shutil.rmtree(copied)
            ours.sendall(b".")
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert code == 0, f"the work fails by itself behind step {steps}"
    return steps


def _stop_before_each_step(folder: Path, copied: Path, checked: socket.socket) -> None:
    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        writes = event == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR)
        places = (
            os.fsdecode(argument) for argument in arguments[:2] if isinstance(argument, (str, bytes, os.PathLike))
        )
        if (writes or event in _CHANGES) and any(str(folder) in place for place in places):
            shutil.copytree(folder, copied, symlinks=True)
            checked.sendall(b".")
            if not checked.recv(1):  # a check failed
                os._exit(1)

    sys.addaudithook(watch)


@pytest.fixture
def made(tmp_path: Path) -> Callable[[str], Project]:
    """Return a function that makes a project with two releases."""

    def make(name: str) -> Project:
        settings = Settings(root=tmp_path / name / "root", data=tmp_path / name / "data")
        write_suite(settings)
        project = Project(settings)
        project.release("one")
        project.release("two", value=5.5, accept="a synthetic step")
        return project

    return make


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
    settings, fingerprint = project.settings, "c" * 64
    build = project.build("three", value=5.5)
    project.guard(build)
    write_json(build.inputs, fingerprint)
    before = {release.id for release in all_releases(settings)}
    published = []

    def check(step: int, data: Path) -> None:
        left = replace(settings, data=data)
        appeared = {release.id for release in all_releases(left)}
        assert_whole(left, step)
        recover(left)
        assert_whole(left, step)
        assert_tidy(left, step)
        newest = all_releases(left)[-1]
        assert require_current(left).id == newest.id, f"step {step}: a whole release that appeared is the current one"
        after = {release.id for release in all_releases(left)}
        assert before | appeared <= after, f"step {step}: recovery loses no release"
        published.append(after > before)

    steps = each_step(settings.data, lambda: project.publish(build, fingerprint, "a synthetic step"), check)
    assert steps > 20
    assert published == sorted(published), "once it is published, it is so before every later step"
    assert set(published) == {False, True}
    assert_whole(settings, steps)
    assert require_current(settings).fingerprint == fingerprint, "left alone, it publishes"


def test_pruning(made: Callable[[str], Project]) -> None:
    project = made("pruning")
    for name in ("three", "four"):
        project.release(name, value=5.5)
    settings, current = project.settings, require_current(project.settings)

    def check(step: int, data: Path) -> None:
        left = replace(settings, data=data)
        assert_whole(left, step)
        assert require_current(left).id == current.id
        recover(left)
        assert_tidy(left, step)

    steps = each_step(settings.data, lambda: prune(settings, 1), check)
    assert steps > 3
    assert [release.id for release in all_releases(settings)] == [current.previous, current.id]


def test_rolling_back(made: Callable[[str], Project]) -> None:
    project = made("rolling_back")
    settings, second = project.settings, require_current(project.settings)
    first = all_releases(settings)[0]

    def check(step: int, data: Path) -> None:
        left = replace(settings, data=data)
        assert_whole(left, step)
        assert require_current(left).id in (first.id, second.id)
        recover(left)
        assert_tidy(left, step)
        if entries(left)[-1].release == first.id:
            assert require_current(left).id == first.id, f"step {step}: what the log says is done"

    steps = each_step(settings.data, lambda: roll_back(settings, first, "a synthetic reason"), check)
    assert steps >= 3
    assert require_current(settings).id == first.id


def test_copying_pages(made: Callable[[str], Project], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """At every step the copy of the pages is the earlier or the new one, whole; the next copy leaves nothing behind."""
    monkeypatch.setattr(site_copy, "engine_folder", lambda: tmp_path / "no_engine")
    first, second = all_releases(made("copying").settings)
    host = tmp_path / "host"
    target = host / "www"
    copies = [contents_of(target) for release in (first, second, first) if site_copy.copy_site(release, target)]
    old, new = copies[2], copies[1]
    assert old == copies[0] != new
    seen = []

    def check(step: int, left: Path) -> None:
        copy = contents_of(left / "www")
        assert copy in (old, new), f"step {step}"
        seen.append(copy == new)
        site_copy.copy_site(second, left / "www")
        assert contents_of(left / "www") == new, f"step {step}"
        assert [path.name for path in left.iterdir()] == ["www"], f"step {step}"

    assert each_step(host, lambda: site_copy.copy_site(second, target), check) > 10
    assert seen == sorted(seen), "once it is exchanged, it stays so"
    assert set(seen) == {False, True}
    assert contents_of(target) == new


def contents_of(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_landing(tmp_path: Path) -> None:
    """A finished payload stays; the next fetch adds missing payloads and removes partial ones."""
    body = synthetic.body("2024,1")
    folder = tmp_path / "landing"
    earlier = PayloadStore(folder)
    earlier.record("live", [earlier.store(synthetic.answer(synthetic.body("2023,1")))])
    kept = {path.relative_to(folder): path.read_bytes() for path in folder.glob("*/payloads/*/*")}

    def land(folder: Path = folder) -> None:
        landing = PayloadStore(folder)
        with landing.in_use("synthetic"):
            landing.record("live", [landing.store(synthetic.answer(body, resource="more"))])

    def check(step: int, left: Path) -> None:
        assert {path: (left / path).read_bytes() for path in kept} == kept, f"step {step}"
        for fetch in PayloadStore(left).fetches("synthetic"):
            for payload in fetch.payloads:
                assert payload.path.stat().st_size == payload.origin.size, (
                    f"step {step}: a record names whole payloads only"
                )

        land(left)
        assert_stored(left)

    def assert_stored(folder: Path) -> None:
        (stored,) = [fetch for fetch in PayloadStore(folder).fetches("synthetic") if fetch.resource == "more"]
        assert [payload.read() for payload in stored.payloads] == [body]
        assert list(folder.rglob("*.part")) == []
        assert list(folder.glob("*/incoming/*")) == []

    steps = each_step(folder, land, check)
    assert steps >= 4
    assert len(PayloadStore(folder).fetches("synthetic")) == 2
    assert_stored(folder)
