"""What the tests of survival share: one reduced project with a release. No test here."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from orchestration.core.settings import Settings
from tests.integration.survival.reduced_project import add_edition, reduced_tree
from tests.integration.survival.workspace import Workspace, fork_server


@pytest.fixture(scope="session")
def reduced(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """A reduced project in which a refresh published a release; tests leave it whole, with inputs that were refreshed."""
    root = reduced_tree(tmp_path_factory.mktemp("reduced") / "tree")
    settings = Settings(root=root, data=root.parent / "data")
    with fork_server(root, settings.data) as server:
        workspace = Workspace(settings, server, add_edition)
        workspace.refresh()
        yield workspace
