"""A passed dbt unit test runs again when the dbt project, pinned versions or engine changed."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from orchestration.assets.dbt_assets import WITHOUT_UNIT_TESTS, without_proved
from orchestration.core.files import write_json, write_text
from orchestration.core.settings import Settings
from orchestration.transform.build import Build
from orchestration.transform.project import Project
from orchestration.transform.unit_test_record import project_state, proved_unit_tests, remember

FIRST, SECOND = "unit_test.b.sum.sum_by_hand", "unit_test.b.listed.listed_by_hand"


def manifest(*names: str) -> dict[str, Any]:
    return {"unit_tests": {key: {"name": name} for key, name in zip((FIRST, SECOND), names, strict=True)}}


MANIFEST = manifest("sum_by_hand", "listed_by_hand")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = Settings(root=tmp_path / "root", data=tmp_path / "data")
    write_text(settings.root / "locks/requirements.lock", "dbt-core==1")
    write_text(settings.dbt_project / "dbt_project.yml", "name: b")
    return settings


def finished(settings: Settings, **statuses: str) -> None:
    """Record a build in which unit tests ended so, by name."""
    build = Build(settings.build / "runs" / "one")
    ids = {test["name"]: key for key, test in MANIFEST["unit_tests"].items()}
    results = [{"unique_id": ids[name], "status": status} for name, status in statuses.items()]
    write_json(build.artifacts[0], MANIFEST)
    write_json(build.artifacts[1], {"results": [*results, {"unique_id": "model.b.sum", "status": "success"}]})
    remember(settings, build, project_state(settings))


@pytest.mark.parametrize(
    "change",
    [
        lambda settings: write_text(settings.dbt_project / "models" / "sum.sql", "select 1"),
        lambda settings: write_text(settings.dbt_project / "seeds" / "codes.csv", "code"),
        lambda settings: write_text(settings.root / "locks/requirements.lock", "dbt-core==2"),
        lambda settings: replace(settings, engine="spark"),
    ],
    ids=["a model", "a seed", "the pinned versions", "the engine"],
)
def test_a_change_runs_all_again(settings: Settings, change: Callable[[Settings], Settings | None]) -> None:
    finished(settings, sum_by_hand="pass")
    assert proved_unit_tests(settings, project_state(settings)) == {FIRST}
    changed = change(settings) or settings
    assert proved_unit_tests(changed, project_state(changed)) == frozenset()


def test_only_what_passed_counts_and_a_later_build_adds_to_it(settings: Settings) -> None:
    finished(settings, sum_by_hand="pass", listed_by_hand="fail")
    assert proved_unit_tests(settings, project_state(settings)) == {FIRST}
    finished(settings, listed_by_hand="success")
    assert proved_unit_tests(settings, project_state(settings)) == {FIRST, SECOND}


def test_dbt_runs_those_that_are_not_proved() -> None:
    assert without_proved(Project(MANIFEST), ()) == []
    assert without_proved(Project(MANIFEST), (FIRST,)) == ["--exclude", "unit_test:sum_by_hand"]
    assert without_proved(Project(MANIFEST), (FIRST, SECOND)) == WITHOUT_UNIT_TESTS
    assert without_proved(Project(manifest("same", "same")), (FIRST,)) == [], "dbt knows a unit test by its name alone"
