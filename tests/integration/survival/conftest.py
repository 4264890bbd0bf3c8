"""What the tests of survival share: one reduced house with a release. No test here."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from orchestration.core.settings import Settings
from tests.integration.survival.house import House, nursery
from tests.integration.survival.reduced_house import add_edition, reduced_tree


@pytest.fixture(scope="session")
def reduced(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A reduced house in which a refresh published a release; tests leave it whole, with inputs that were refreshed."""
    root = reduced_tree(tmp_path_factory.mktemp("reduced") / "tree")
    settings = Settings(root=root, data=root.parent / "data")
    with nursery(root, settings.data) as born:
        house = House(settings, born, add_edition)
        house.refresh()
        yield house
