"""What all tests share: properties without a clock, and one release that the real refresh published. No test here."""

from __future__ import annotations

import pytest
from hypothesis import settings as hypothesis

from orchestration.settings import Settings
from tests.integration.conftest import PublishedCopy, copy_tree, run_bilateral

hypothesis.register_profile("bilateral", deadline=None)  # a busy machine is no failure
hypothesis.load_profile("bilateral")


@pytest.fixture(scope="session")
def published_copy(tmp_path_factory: pytest.TempPathFactory) -> PublishedCopy:
    """A copied tree in which the real refresh published a release."""
    root = copy_tree(tmp_path_factory.mktemp("published") / "tree")
    settings = Settings(root=root, data=root.parent / "data")
    refresh = run_bilateral(settings.root, settings.data, "refresh")
    assert refresh.returncode == 0, f"a refresh of the bundle publishes\n{refresh.stdout}\n{refresh.stderr}"
    return PublishedCopy(settings, refresh)
