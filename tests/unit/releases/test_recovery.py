"""A publication that ended between its last check and its record is finished by the next process. All figures are synthetic."""

from __future__ import annotations

import pytest

from orchestration.releases import publish as publishing
from orchestration.releases.history import entries, published_in
from orchestration.releases.recovery import recover
from orchestration.releases.release_store import CURRENT, require_current
from tests.unit.synthetic_project import Project

pytestmark = pytest.mark.slow


class KilledError(Exception):
    """Represents the end of the process."""


def interrupted(project: Project, run: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Publish, and end when the release has appeared and is not current yet."""

    def end(*_: object) -> None:
        raise KilledError

    with monkeypatch.context() as patched:
        patched.setattr(publishing, "make_current", end)
        with pytest.raises(KilledError):
            project.release(run)


def test_a_release_that_appeared_becomes_the_current_one(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    first = project.release("a")
    interrupted(project, "b", monkeypatch)
    assert require_current(project.settings).id == first.id
    (report,) = recover(project.settings)
    second = require_current(project.settings)
    assert second.previous == first.id
    assert second.id in report
    assert list(published_in(entries(project.settings))) == [first.id, second.id]
    assert recover(project.settings) == []


def test_the_pointer_alone_is_no_release(project: Project) -> None:
    first = project.release("a")
    (project.settings.releases / f".{CURRENT}.999999999.abcdef01.part").symlink_to("nowhere")
    (report,) = recover(project.settings)
    assert "which a killed process left" in report
    assert require_current(project.settings).id == first.id
