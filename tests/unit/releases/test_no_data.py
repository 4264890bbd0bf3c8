"""A metric without data is described and not published; one with data is guarded. All figures are synthetic."""

from collections.abc import Iterable, Mapping
from typing import Any

import duckdb
import pytest

from orchestration.cli.status import summary
from orchestration.core.errors import ReleaseError
from orchestration.core.files import read_json, write_json
from orchestration.guards.missing_data import without_data
from orchestration.reading.release_store import require_current
from orchestration.transform.build import Build
from tests.unit.synthetic_project import META, Project, figure, write_figures, write_suite

pytestmark = pytest.mark.slow

WAITING = "waiting_metric"
OFFICE = ("synthetic_office",)


class ProjectWithoutData(Project):
    """The synthetic project with a second metric that awaits a source, and the table of payloads."""

    def waiting_build(
        self,
        run: str,
        figures: Iterable[Mapping[str, Any]] = (),
        delivered: str = "synthetic",
        awaits: Any = None,
        excerpt: str | None = None,
    ) -> Build:
        build = self.build(run)
        with duckdb.connect(str(build.database)) as connection:
            connection.execute(
                "create table marts.dim_payload as select ? as source, 'filings' as resource, ? as excerpt",
                [delivered, excerpt],
            )
            write_figures(connection, f"metrics.{WAITING}", figures)
            connection.execute(
                "insert into marts.fct_synthetic select source, measure, area, counterpart_area, item, year, vintage, value, obs_status, is_latest, "
                f"'all', (select any_value(payload_sha256) from marts.fct_synthetic), 'line 2' from metrics.{WAITING}"
            )
        manifest = read_json(build.target / "manifest.json")
        nodes = manifest["nodes"]
        nodes[f"model.b.{WAITING}"] = {
            **nodes["model.b.synthetic_metric"],
            "name": WAITING,
            "path": f"metrics/{WAITING}.sql",
            "description": "What a source of patents would report.",
            "config": {"meta": {**META, "awaits": ["synthetic_office"] if awaits is None else awaits}, "enabled": True},
        }
        write_json(build.target / "manifest.json", manifest)
        self.set_dbt(build, "success", tuple(nodes))
        return build


@pytest.fixture
def waiting(project: Project) -> ProjectWithoutData:
    write_suite(project.settings, name=WAITING)
    return ProjectWithoutData(project.settings)


def own(**changes: Any) -> dict[str, Any]:
    return figure(metric_id=WAITING, source="synthetic_office", **changes)


def test_a_metric_without_data_is_described_only(waiting: ProjectWithoutData) -> None:
    build = waiting.waiting_build("one")
    waiting.guard(build)
    release, _ = waiting.publish(build, "a" * 64)
    receipt = read_json(release.folder / "receipt.json")["suites"][WAITING]
    assert (receipt["passed"], receipt["evaluated"], receipt["no_data"]) == (False, 0, ["synthetic_office"])
    assert release.content["no_data"] == {WAITING: ["synthetic_office"]}
    assert WAITING not in release.content["metrics"]
    assert WAITING not in release.content["tables"]
    assert not (release.folder / "parquet" / f"{WAITING}.parquet").exists()
    with duckdb.connect(str(release.database), read_only=True) as connection:
        tables = connection.execute("select table_name from duckdb_tables() where not internal").fetchall()
    assert (WAITING,) not in tables
    report = (release.folder / "guards.html").read_text()
    assert "awaits synthetic_office" in report
    assert "Every metric that has data passed" in report
    assert "expected from synthetic_office" in summary(release)
    assert "Claims" not in summary(release), "a release without claims"


@pytest.mark.parametrize(
    ("built", "missing"),
    [
        ({}, OFFICE),
        ({"delivered": "synthetic_office"}, None),
        ({"delivered": "synthetic_office", "excerpt": "patents of a test query"}, OFFICE),
        ({"delivered": "synthetic_office", "awaits": ["synthetic_office/filings"]}, None),
        ({"delivered": "synthetic_office", "awaits": ["synthetic_office/ownership"]}, ("synthetic_office/ownership",)),
        ({"awaits": []}, None),
    ],
    ids=["not delivered", "delivered", "an excerpt", "this resource", "another resource", "awaits nobody"],
)
def test_awaited_data_is_missing(
    waiting: ProjectWithoutData, built: dict[str, Any], missing: tuple[str, ...] | None
) -> None:
    build = waiting.waiting_build("one", **built)
    assert without_data(build, build.project.metrics) == ({WAITING: missing} if missing else {})


@pytest.mark.parametrize("built", [{"delivered": "synthetic_office"}, {"awaits": []}])
def test_an_empty_metric_that_awaits_nothing_is_refused(waiting: ProjectWithoutData, built: dict[str, Any]) -> None:
    build = waiting.waiting_build("one", **built)
    waiting.guard(build)
    with pytest.raises(ReleaseError, match=r"waiting_metric: .* on 0 rows"):
        waiting.publish(build, "a" * 64)


def test_a_metric_that_had_data_keeps_having_data(waiting: ProjectWithoutData) -> None:
    supplied = waiting.waiting_build("one", [own()], delivered="synthetic_office")
    waiting.guard(supplied)
    first, _ = waiting.publish(supplied, "a" * 64)
    assert first.content["metrics"][WAITING] == {"rows": 1, "evaluated": 1, "passed": 1}
    empty = waiting.waiting_build("two")
    waiting.guard(empty)
    with pytest.raises(ReleaseError, match="have none any more: waiting_metric"):
        waiting.publish(empty, "b" * 64)
    assert require_current(waiting.settings).id == first.id
    second, _ = waiting.publish(empty, "b" * 64, "the office closed its service")
    assert second.content["accepted"]["instead_of"][0].startswith("metrics that had data have none")
