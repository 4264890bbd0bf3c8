"""Readers see one whole release, whatever is published and pruned meanwhile. All figures are synthetic."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from orchestration.core.settings import Settings
from orchestration.releases.release_store import all_releases, open_read_only, require_current
from orchestration.releases.upkeep import damage_of, prune
from tests.integration.conftest import TIME_LIMIT
from tests.integration.survival.reader import ask
from tests.unit.synthetic_project import Project, write_suite

pytestmark = pytest.mark.campaign

PROCESSES, IN_EACH = 6, 5
"""Thirty readers."""

PUBLICATIONS = 20


@pytest.fixture
def project(tmp_path: Path) -> Project:
    settings = Settings(root=tmp_path / "root", data=tmp_path / "data")
    write_suite(settings, ceiling=1000.0)
    return Project(settings)


def value_of(number: int) -> float:
    """The one value that all figures of a release have; steps that stay within the limits of the metric's factor."""
    return 100.0 + number


def publish(project: Project, number: int) -> None:
    project.release(f"r{number}", value=value_of(number), accept="a synthetic step")


def test_a_reader_keeps_the_release_that_it_opened_through_publication_and_pruning(project: Project) -> None:
    publish(project, 0)
    first = require_current(project.settings)
    with open_read_only(first.database) as connection:
        assert connection.execute("select max(value) from synthetic_metric").fetchall() == [(value_of(0),)]
        for number in range(1, 4):
            publish(project, number)
        assert first.id in {release.id for release in prune(project.settings, 1)}
        assert not first.folder.exists()
        # a table that was not read yet: its bytes are still there for who holds the file
        assert connection.execute("select max(value) from fct_synthetic").fetchall() == [(value_of(0),)]
        assert connection.execute("select count(*) from dim_area").fetchall() == [(1,)]
    assert ask(require_current(project.settings).folder) == {value_of(3)}


def test_thirty_readers_through_twenty_publications(project: Project, tmp_path: Path) -> None:
    publish(project, 0)
    stop = tmp_path / "stop"
    script = str(Path(__file__).with_name("reader.py"))
    builds = {number: project.build(f"r{number}", value=value_of(number)) for number in range(1, PUBLICATIONS + 1)}
    for build in builds.values():
        project.guard(build)
    command = [sys.executable, script, str(project.settings.releases), str(stop), str(IN_EACH)]
    readers = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(PROCESSES)
    ]
    try:
        for number, build in builds.items():
            project.publish(build, f"{number:064x}", "a synthetic step")
            prune(project.settings)
    finally:
        stop.touch()
        ended = [(*reader.communicate(timeout=TIME_LIMIT), reader.returncode) for reader in readers]
    assert [(errors, code) for _, errors, code in ended if code] == []
    reports = [tuple(map(int, line.split())) for out, _, _ in ended for line in out.splitlines()]
    assert len(reports) == PROCESSES * IN_EACH
    questions, releases = zip(*reports, strict=True)
    assert min(questions) >= 1
    assert max(releases) > 1, "at least one reader saw a release follow another"
    assert require_current(project.settings).content["metrics"]
    for release in all_releases(project.settings):
        assert damage_of(project.settings, release) == []
