"""Every branch of a union that a macro writes gives its rows, in the columns and with the corrections of its own file alone."""

from __future__ import annotations

import pytest

from orchestration.transform.build import latest_build
from tests.integration.conftest import PublishedCopy
from tests.mutation.sql_mutants import mutant_at, places_of
from tests.mutation.sql_project import CompiledProject
from tests.mutation.sql_trial import UnitTrial
from tests.mutation.written_unions import written_unions

pytestmark = pytest.mark.campaign


@pytest.fixture(scope="module")
def project(published_copy: PublishedCopy) -> CompiledProject:
    settings = published_copy.settings
    return CompiledProject(settings.dbt_project, latest_build(settings).target)


def test_every_branch_gives_its_rows(project: CompiledProject) -> None:
    unions = written_unions(project)
    assert {"int_indicators_unioned", "int_metrics_checked", "dim_area", "dim_area_code"} <= set(unions)
    trial = UnitTrial(lambda model: [unions[model]()])
    failed = {model: killer for model in unions if (killer := trial.killer(model, project.tree(model)))}
    assert failed == {}


def test_a_change_of_one_branch_alone_is_noticed(project: CompiledProject) -> None:
    model = "int_patent_counts_unioned"
    trial, tree = UnitTrial(lambda _: [written_unions(project)[model]()]), project.tree(model)
    changes = [mutant_at(tree, *place) for place in places_of(tree)]
    assert len(changes) > 25
    assert [change.key for change in changes if not trial.killer(model, change.tree)] == []
