"""What the tests of survival share: one reduced project with a release. No test here."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.integration.conftest import PublishedCopy
from tests.integration.survival.reduced_project import add_edition
from tests.integration.survival.workspace import Workspace, fork_server


@pytest.fixture(scope="session")
def reduced(tmp_path_factory: pytest.TempPathFactory, reduced_copy: PublishedCopy) -> Iterator[Workspace]:
    """A reduced project in which a refresh published a release; tests leave it whole, with inputs that were refreshed."""
    settings = reduced_copy.copied(tmp_path_factory.mktemp("reduced"))
    with fork_server(settings.root, settings.data) as server:
        yield Workspace(settings, server, add_edition)
