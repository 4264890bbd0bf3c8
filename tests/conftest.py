"""What all tests share: properties without a clock, and one release that the real refresh published. No test here."""

from __future__ import annotations

import json
import os
import subprocess

import pytest
from hypothesis import settings as hypothesis

from orchestration.core.files import locked
from orchestration.core.settings import Settings
from tests.integration.conftest import PublishedCopy, copy_tree, run_bilateral

hypothesis.register_profile("bilateral", deadline=None)  # a busy machine is no failure
hypothesis.register_profile("fast", deadline=None, max_examples=10)  # for `make test-fast`
hypothesis.load_profile("bilateral")


@pytest.fixture(scope="session")
def published_copy(tmp_path_factory: pytest.TempPathFactory) -> PublishedCopy:
    """A copied tree in which the real refresh published a release; made once, also where several processes test."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    folder = folder / "published"
    settings = Settings(root=folder / "tree", data=folder / "data")
    record = folder / "refresh.json"
    with locked(folder):
        if not record.exists():
            refresh = run_bilateral(copy_tree(settings.root), settings.data, "refresh")
            record.write_text(json.dumps([refresh.args, refresh.returncode, refresh.stdout, refresh.stderr]))
    refresh = subprocess.CompletedProcess[str](*json.loads(record.read_text()))
    assert refresh.returncode == 0, f"a refresh of the bundle publishes\n{refresh.stdout}\n{refresh.stderr}"
    return PublishedCopy(settings, refresh)
