"""No unit test of the project can be passed by a formula that forgets one input of a status or of ``is_latest``."""

from __future__ import annotations

from orchestration.transform.build import latest_build
from tests.integration.conftest import PublishedCopy
from tests.mutation.__main__ import all_places, inputs_of, try_inputs
from tests.mutation.equivalents import judged
from tests.mutation.sql_project import CompiledProject
from tests.mutation.sql_trial import UnitTrial
from tests.mutation.tally import Tally


def test_every_input_of_a_status_and_of_is_latest_is_seen_by_a_unit_test(published_copy: PublishedCopy) -> None:
    settings = published_copy.settings
    project, tally = CompiledProject(settings.dbt_project, latest_build(settings).target), Tally()
    places = inputs_of(project, all_places(project))
    assert len(places) > 100
    try_inputs(project, UnitTrial(project.unit_tests), places, judged(), tally)
    assert tally.survivors == []
