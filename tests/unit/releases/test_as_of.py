"""A release as of an earlier day is kept, never current, and names guards that do not apply. Synthetic figures."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from orchestration.cli.status import summary
from orchestration.core.errors import GuardError, ReleaseError
from orchestration.core.files import atomic_path, read_json, write_json
from orchestration.guards.evaluate import PUBLISHED_LATER
from orchestration.reading.release import Release
from orchestration.reading.release_log import entries
from orchestration.reading.release_store import all_releases, current_release, find_release
from orchestration.releases import publish as publishing
from orchestration.releases.upkeep import finish_publishing, prunable, roll_back
from orchestration.transform.build import Build
from tests.unit.synthetic_project import Project, figure, write_suite

pytestmark = pytest.mark.slow

DAY = date(2018, 12, 31)
KNOWN = [figure(year=2016, value=5.0, vintage="2018-08-01")]


class ProjectAsOf(Project):
    """The synthetic project as of an earlier day; something of ``fct_synthetic`` was published later."""

    def build(self, run: str, value: float = 5.0, figures: Iterable[Mapping[str, Any]] | None = None) -> Build:
        build = super().build(run, value, KNOWN if figures is None else figures)
        write_catalogue(build, "as_of", {"as_of": pa.array([DAY], pa.date32())})
        later = {
            "source": ["synthetic"],
            "table_name": ["figures"],
            "vintage": pa.array([date(2026, 7, 1)], pa.date32()),
        }
        write_catalogue(build, "later", later)
        manifest = read_json(build.target / "manifest.json")
        nodes = manifest["nodes"]
        nodes["model.b.fct_synthetic"]["depends_on"]["nodes"] = ["source.b.synthetic.figures"]
        nodes["test.b.has_rows"] = {
            "resource_type": "test",
            "name": "has_rows_fct_synthetic",
            "test_metadata": {"name": "has_rows", "kwargs": {}},
            "attached_node": "model.b.fct_synthetic",
            "config": {"enabled": True},
            "depends_on": {"nodes": ["model.b.fct_synthetic"]},
        }
        nodes["model.b.fct_synthetic"]["schema"] = "marts"
        manifest["sources"]["source.b.synthetic.figures"] = {
            "resource_type": "source",
            "source_name": "synthetic",
            "name": "figures",
            "description": "Figures.",
        }
        write_json(build.target / "manifest.json", manifest)
        self.set_dbt(build, "success", tuple(nodes))
        return build


def write_catalogue(build: Build, name: str, columns: Mapping[str, Any]) -> None:
    with atomic_path(build.raw / "catalogue" / name / f"{name}.parquet") as part:
        pq.write_table(pa.table(dict(columns)), part)


NEWEST = "ExpectYears(last=(2024, None), meta={'fault': 'a stale series'})"


@pytest.fixture
def then(project: Project) -> ProjectAsOf:
    """The project as of the day; its suite has one expectation that demands rows of a later year."""
    write_suite(project.settings, 10.0, NEWEST)
    return ProjectAsOf(replace(project.settings, as_of=DAY))


@pytest.fixture
def published(project: Project, then: ProjectAsOf) -> tuple[Release, Release]:
    """The current release, and after it one as of the day."""
    return project.release("a"), then.release("then")


def test_it_is_named_and_not_current(project: Project, published: tuple[Release, Release]) -> None:
    current, known = published
    assert known.id == f"as-of-2018-12-31-{known.fingerprint[:8]}"
    assert known.known_on == DAY
    assert current_release(project.settings) == current
    assert find_release(project.settings, "as-of-2018-12-31") == known
    assert "As known on 2018-12-31" in summary(known)
    assert f"--release {known.id}" in summary(known)


def test_guards_that_do_not_apply_are_named(published: tuple[Release, Release]) -> None:
    receipt = read_json(published[1].folder / "receipt.json")
    result = receipt["suites"]["synthetic_metric"]
    assert result["passed"]
    assert [item["observed"] for item in result["results"]][1:] == [PUBLISHED_LATER]
    assert receipt["not_applied"] == []
    assert PUBLISHED_LATER in (published[1].folder / "guards.html").read_text()


def test_an_empty_table_is_excused_only_by_what_was_published_later(then: ProjectAsOf) -> None:
    build = then.build("then", figures=[])
    then.guard(build)
    receipt = read_json(build.receipt)
    assert receipt["suites"]["synthetic_metric"]["no_data"] == ["synthetic"]
    excuse = {"guard": "has_rows", "of": "fct_synthetic", "reason": "published later, by synthetic"}
    assert excuse in receipt["not_applied"]
    another = {"source": ["another"], "table_name": ["t"], "vintage": pa.array([DAY], pa.date32())}
    write_catalogue(build, "later", another)
    with pytest.raises(GuardError, match="fct_synthetic is empty, although none of its figures"):
        then.guard(build)


def test_a_build_as_of_another_day_cannot_become_a_release_of_today(project: Project, then: ProjectAsOf) -> None:
    build = then.build("then")
    then.guard(build)
    with pytest.raises(ReleaseError, match="the release is to be as of today"):
        project.publish(build, "a" * 64)
    today = project.build("today")
    project.guard(today)
    with pytest.raises(ReleaseError, match="the build is as of today"):
        then.publish(today, "a" * 64)


def test_nothing_makes_it_current(project: Project, then: ProjectAsOf, monkeypatch: pytest.MonkeyPatch) -> None:
    current = project.release("a")
    with monkeypatch.context() as patched:  # killed before it was written down
        patched.setattr(publishing, "record_published", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            then.release("then")
    (known,) = [release for release in all_releases(project.settings) if release.known_on]
    assert finish_publishing(project.settings) == [f"published {known.id}, which was interrupted after its last check"]
    assert entries(project.settings)[-1].release == known.id
    assert finish_publishing(project.settings) == []
    with pytest.raises(ReleaseError, match="bilateral query --release"):
        roll_back(project.settings, known, "a mistake")
    assert current_release(project.settings) == current


def test_pruning_keeps_the_newest_of_each_day_and_counts_the_others_alone(project: Project, then: ProjectAsOf) -> None:
    old = then.release("old")
    releases = [
        project.release(run, figures=[figure(value=value)], accept="tried")
        for run, value in (("a", 1.0), ("b", 2.0), ("c", 3.0))
    ]
    then.release("new")
    assert [release.id for release in prunable(project.settings, 1)] == [old.id, releases[0].id]
