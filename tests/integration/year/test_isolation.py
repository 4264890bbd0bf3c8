"""Vintages that admission or a later guard holds cost their own publishers' news alone. All figures are synthetic."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from orchestration.core.settings import Settings
from tests.alert_servers import webhook
from tests.integration.survival.workspace import Commands
from tests.integration.year import offices
from tests.integration.year.offices import ECONOMIES, OFFICES, Figures, Publishers
from tests.integration.year.test_year import Life
from tests.integration.year.year_project import know_area_codes, year_tree
from tests.publisher_server import publisher_server

pytestmark = pytest.mark.campaign

FIRST, SECOND = date(2027, 1, 4), date(2027, 4, 5)


@pytest.fixture
def life(tmp_path: Path) -> Iterator[Life]:
    publishers = Publishers()
    with publisher_server(publishers) as server, webhook() as hook:
        root = know_area_codes(year_tree(tmp_path / "tree", server.port))
        settings = Settings(root=root, data=tmp_path / "data", feed="live")
        yield Life(Commands(root, settings.data), settings, publishers, hook)


def with_a_new_area(figures: Figures) -> Figures:
    """Add an area of the size of Iceland with an unknown code, and its value to the world."""
    return figures | {("QZZ", year): value for (area, year), value in figures.items() if area == "ISL"}


def with_belgium_negative(figures: Figures) -> Figures:
    """Belgium's figures with the other sign."""
    return {key: -value if key[0] == "BEL" else value for key, value in figures.items()}


def with_older_years(figures: Figures) -> Figures:
    """A longer history: years before 2000, which the suite of the metric refuses."""
    oldest = {economy: figures[economy, offices.FIRST_YEAR] for economy in ECONOMIES}
    earlier = {(area, year): round(value * 0.9, 1) for area, value in oldest.items() for year in range(1999, 2005)}
    return offices.with_world(figures | earlier)


def test_other_publishers_stay_fresh(life: Life) -> None:
    life.publish(FIRST, 0, 2025)
    life.refresh(date(2027, 1, 5))
    seen = len(life.hook.posted)
    before = dict(life.expected)

    life.publish(SECOND, 1, 2025)
    for office, fault in (("north", with_a_new_area), ("south", with_older_years), ("west", with_belgium_negative)):
        life.publishers.publish(office, SECOND, offices.good(office, 1, 2025), fault)
    repeated = life.publishers.tables["east"].rstrip().rsplit(b"\n", 1)[-1]
    life.publishers.tables["east"] += repeated + b"\n"
    life.expected |= {office: before[office] for office in ("south", "west", "east")}
    life.held = dict.fromkeys(("south", "west", "east"), SECOND)
    output = life.refresh(date(2027, 4, 6))

    assert "left out synthetic_north" in output
    assert "(QZZ)" in output
    assert output.count("the build starts again without it") == 1, "admission holds the two others"
    assert life.alerts(seen) == [("held", "east"), ("held", "south"), ("held", "west")]
    listed = json.loads(life.command(date(2027, 4, 6), "vintages", "list", "--held", "--json"))
    causes = {vintage["source"]: vintage["why"] for vintage in listed}
    assert "repeat another row" in causes["synthetic_east"]
    assert "1999 is 1,999 (synthetic_south, 2027-04-05)" in causes["synthetic_south"]
    assert "Belgium" in causes["synthetic_west"]
    assert {"north", "centre"} == {office for office in OFFICES if life.expected[office][0] == SECOND}
