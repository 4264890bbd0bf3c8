"""What integration and browser tests share: one release that the real refresh published. No test here."""

from __future__ import annotations

import pytest

from orchestration.settings import Settings
from tests.integration.conftest import PublishedCopy, copy_tree, run_bilateral


@pytest.fixture(scope="session")
def published_copy(tmp_path_factory: pytest.TempPathFactory) -> PublishedCopy:
    """A copied tree in which the real refresh published a release."""
    root = copy_tree(tmp_path_factory.mktemp("published") / "tree")
    settings = Settings(root=root, data=root.parent / "data")
    refresh = run_bilateral(settings.root, settings.data, "refresh")
    assert refresh.returncode == 0, f"a refresh of the bundle publishes\n{refresh.stdout}\n{refresh.stderr}"
    return PublishedCopy(settings, refresh)
