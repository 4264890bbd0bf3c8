"""Rows of another publisher, vintage, year, item, basis or area change no figure of the first, in every unit test of dbt."""

from __future__ import annotations

import pytest

from orchestration.transform.build import latest_build
from tests.integration.conftest import PublishedCopy
from tests.mutation.kept_apart import kept_apart, mixed
from tests.mutation.sql_mutants import mutant_at, places_of
from tests.mutation.sql_project import CompiledProject
from tests.mutation.sql_trial import UnitTrial

pytestmark = pytest.mark.campaign


def test_no_model_mixes_what_it_must_keep_apart(published_copy: PublishedCopy) -> None:
    settings = published_copy.settings
    project = CompiledProject(settings.dbt_project, latest_build(settings).target)
    assert {model for model, _ in mixed()} <= set(project.models), "kept_apart.yml names a model that is gone"
    trial = UnitTrial(lambda model: kept_apart(project, model))
    tested = {one["model"] for one in project.manifest["unit_tests"].values()}
    failed = {
        model: killer
        for model in sorted(tested)
        if project.models[model]["path"].endswith(".sql") and (killer := trial.killer(model, project.tree(model)))
    }
    assert failed == {}, (
        "if a model compares such rows by design, tests/mutation/kept_apart.yml says so with the reason"
    )


def test_a_join_that_forgets_the_publisher_is_noticed(published_copy: PublishedCopy) -> None:
    settings = published_copy.settings
    project, model = CompiledProject(settings.dbt_project, latest_build(settings).target), "ip_cover_ratio"
    tree = project.tree(model)
    forgets = [
        mutant.tree
        for place in places_of(tree)
        if (mutant := mutant_at(tree, *place)).kind == "condition dropped"
        and "source" not in mutant.after
        and "source = " in mutant.before
    ]
    trial = UnitTrial(lambda one: kept_apart(project, one))
    assert forgets
    assert all(trial.killer(model, one) for one in forgets)
