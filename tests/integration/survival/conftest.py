"""Shared by the tests of survival: a reduced project with a release."""

import pytest

from tests.integration.conftest import PublishedCopy
from tests.integration.survival.reduced_project import add_edition
from tests.integration.survival.workspace import Commands, Workspace


@pytest.fixture(scope="session")
def reduced(tmp_path_factory: pytest.TempPathFactory, reduced_copy: PublishedCopy) -> Workspace:
    """Return a reduced project with a release. Tests leave it whole, with all inputs refreshed."""
    settings = reduced_copy.copied(tmp_path_factory.mktemp("reduced"))
    return Workspace(settings, Commands(settings.root, settings.data), add_edition)
