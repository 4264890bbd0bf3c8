"""The release as a step of a run. All figures are synthetic."""

from typing import Any

import dagster as dg
import pytest

from orchestration.assets.data_folder import data_folder_resources
from orchestration.assets.release_asset import NOT_PUBLISHED, release_asset
from orchestration.assets.run_tags import BUILD
from orchestration.automation.run_policy import run_tags
from orchestration.core.files import write_json
from orchestration.transform.build import LATEST, Build
from tests.unit.synthetic_project import Project


def published(project: Project, build: Build, tags: dict[str, str]) -> dict[str, Any] | None:
    """The metadata of the release of a build, None where the run fails."""
    write_json(build.inputs, "inputs and code")
    (project.settings.build / LATEST).symlink_to(build.folder)
    asset = release_asset({}, project.settings, [])
    locks = data_folder_resources(project.settings)
    with dg.DagsterInstance.ephemeral() as instance:
        result = dg.materialize([asset], instance=instance, resources=locks, tags=tags, raise_on_error=False)
    made = result.asset_materializations_for_node("release")
    return {name: value.value for name, value in made[0].metadata.items()} if made else None


@pytest.mark.parametrize(("tags", "expected"), [({}, {"release": NOT_PUBLISHED}), (run_tags(BUILD), None)])
def test_partial_builds_stay_private(project: Project, tags: dict[str, str], expected: dict[str, str] | None) -> None:
    assert published(project, project.build("a"), tags) == expected
