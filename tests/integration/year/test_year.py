"""A year of unattended refreshes of five publishers, with one manual override. All figures are synthetic."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from orchestration.core.settings import Settings
from orchestration.reading.read_only import open_read_only
from orchestration.reading.release_store import require_current
from tests.alert_servers import Webhook, webhook
from tests.integration.survival.workspace import Commands
from tests.integration.year import offices
from tests.integration.year.offices import OFFICES, Figures, Publishers
from tests.integration.year.year_project import year_tree
from tests.publisher_server import publisher_server

pytestmark = pytest.mark.campaign

METRIC = "synthetic_trademark_applications"


@dataclass
class Life:
    """The product, its publishers, and checks of its release."""

    commands: Commands
    settings: Settings
    publishers: Publishers
    hook: Webhook
    expected: dict[str, tuple[date, Figures]] = field(default_factory=dict)
    held: dict[str, date] = field(default_factory=dict)
    releases: list[str] = field(default_factory=list)

    def command(self, day: date, *arguments: str) -> str:
        """Run the command on a day of the year and return what it printed."""
        moment = int(datetime(day.year, day.month, day.day, 8, tzinfo=UTC).timestamp())
        code, output = self.commands.run(
            *arguments, BILATERAL_FEED="live", SOURCE_DATE_EPOCH=str(moment), BILATERAL_ALERTS=self.hook.url
        )
        assert code == 0, output
        return output

    def publish(self, released: date, quarter: int, last_year: int, *names: str) -> None:
        """Record good vintages of offices (default: all), which the next release must have."""
        for office in names or OFFICES:
            figures = offices.good(office, quarter, last_year)
            self.publishers.publish(office, released, figures)
            if office not in self.publishers.silent:
                self.expected[office] = (released, figures)
                self.held.pop(office, None)

    def refresh(self, day: date) -> str:
        """Refresh, and check the release: figures of healthy publishers are new and right, held vintages are named."""
        output = self.command(day, "refresh")
        release = require_current(self.settings)
        self.releases.append(release.id)
        with open_read_only(release.database) as connection:
            rows = connection.execute(f"select source, vintage, area, year, value from {METRIC}_all").fetchall()
        published: dict[str, tuple[date, Figures]] = {}
        for source, vintage, area, year, value in rows:
            _, figures = published.setdefault(source.removeprefix("synthetic_"), (vintage, {}))
            figures[area, year] = value
        assert published.keys() == self.expected.keys()
        for office, (vintage, figures) in self.expected.items():
            assert published[office] == (vintage, figures), f"{office} on {day}"
        sources: dict[str, Any] = release.content["sources"]
        named = {
            name.removeprefix("synthetic_"): date.fromisoformat(held["vintage"])
            for name, source in sources.items()
            for held in source.get("held", ())
            if held["open"]
        }
        assert named == self.held, day
        for office, vintage in self.held.items():
            assert f"Held back synthetic_{office}, vintage {vintage}" in output
        return output + self.command(day, "status")

    def alerts(self, since: int) -> list[tuple[str, str]]:
        """Kind and subject of the alerts that were sent since there were so many."""
        return sorted((kind, subject.removeprefix("source synthetic_")) for kind, subject in self.hook.alerts(since))


@pytest.fixture(scope="module")
def life(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Life]:
    publishers = Publishers()
    folder: Path = tmp_path_factory.mktemp("year")
    with publisher_server(publishers) as server, webhook() as hook:
        root = year_tree(folder / "tree", server.port)
        settings = Settings(root=root, data=folder / "data", feed="live")
        yield Life(Commands(root, settings.data), settings, publishers, hook)


def test_a_year_in_which_nobody_intervenes_but_once(life: Life) -> None:
    """Each step names the day. Alerts are counted: one for each thing that happens, and one for its end."""
    # a first live start from nothing
    life.publish(date(2027, 1, 4), 0, 2025)
    life.refresh(date(2027, 1, 5))
    assert life.alerts(0) == []

    # a month in which nobody published anything
    assert "Nothing changed" in life.refresh(date(2027, 2, 5))
    assert life.releases[1] == life.releases[0], "nothing new, no new release"
    assert len(list((life.settings.build / "runs").iterdir())) == 1, "nothing new, no build"

    # the second quarter: south publishes in thousands, and west does not answer any more, for ever
    life.publishers.silent["west"] = 403
    south = life.expected["south"]
    life.publish(date(2027, 4, 5), 1, 2025)
    life.expected["south"], life.held["south"] = south, date(2027, 4, 5)
    life.publishers.publish("south", date(2027, 4, 5), offices.good("south", 1, 2025), offices.in_thousands)
    output = life.refresh(date(2027, 4, 6))
    assert "synthetic_west: not fetched" in output
    assert life.alerts(0) == [("failure", "west"), ("held", "south")]
    assert "bilateral vintages admit synthetic_south 2027-04-05" in str(life.hook.posted)

    # south corrects its table without a new date, and is in again by itself
    seen = len(life.hook.posted)
    life.publish(date(2027, 4, 5), 1, 2025, "south")
    life.refresh(date(2027, 4, 12))
    assert life.alerts(seen) == [("recovery", "south")]

    # east shows a page about maintenance for a week
    seen, table = len(life.hook.posted), life.publishers.tables["east"]
    life.publishers.tables["east"] = b"<html>closed for maintenance</html>"
    life.refresh(date(2027, 5, 10))
    life.publishers.tables["east"] = table
    life.refresh(date(2027, 5, 17))
    assert life.alerts(seen) == [("failure", "east"), ("recovery", "east")]

    # the third quarter, with a new year: east is a year late, north revises everything under a new definition
    seen = len(life.hook.posted)
    east, north = life.expected["east"], life.expected["north"]
    life.publish(date(2027, 7, 5), 2, 2026)
    revised = offices.comprehensive(offices.good("north", 2, 2026))
    life.publishers.publish("north", date(2027, 7, 5), revised)
    life.publishers.publish("east", date(2027, 7, 5), offices.good("east", 2, 2026), offices.a_year_late)
    life.expected |= {"east": east, "north": north}
    life.held = {"east": date(2027, 7, 5), "north": date(2027, 7, 5)}
    output = life.refresh(date(2027, 7, 6))
    assert "comprehensive revision" in output
    assert life.alerts(seen) == [("held", "east"), ("held", "north")]

    # the one word of the year
    life.command(
        *(date(2027, 7, 8), "vintages", "admit", "synthetic_north", "2027-07-05"),
        *("--reason", "the office announced its new definition of 5 July"),
    )
    life.expected["north"] = (date(2027, 7, 5), revised)
    del life.held["north"]
    seen = len(life.hook.posted)
    life.refresh(date(2027, 7, 8))
    assert life.alerts(seen) == [("recovery", "north")]
    receipt = json.loads((require_current(life.settings).folder / "receipt.json").read_text())
    (word,) = [
        decision for decision in receipt["admission"]["synthetic_north"]["decisions"] if decision["by"] == "person"
    ]
    assert word["reason"] == "the office announced its new definition of 5 July"

    # east corrects itself under a new date
    life.publish(date(2027, 7, 19), 2, 2026, "east")
    life.refresh(date(2027, 7, 20))

    # the fourth quarter: centre loses the world and half of its economies, and leaves it so
    centre = life.expected["centre"]
    life.publish(date(2027, 10, 4), 3, 2026, "south", "east", "centre")
    life.publishers.publish("north", date(2027, 10, 4), offices.comprehensive(offices.good("north", 3, 2026)))
    life.expected["north"] = (date(2027, 10, 4), offices.comprehensive(offices.good("north", 3, 2026)))
    life.publishers.publish("centre", date(2027, 10, 4), offices.good("centre", 3, 2026), offices.without_half)
    life.expected["centre"], life.held["centre"] = centre, date(2027, 10, 4)
    seen = len(life.hook.posted)
    output = life.refresh(date(2027, 10, 5))
    life.refresh(date(2027, 11, 5))
    assert life.alerts(seen) == [("held", "centre")], "a thing that goes on is reported once"

    # and corrects it at the end of the year
    seen = len(life.hook.posted)
    life.publish(date(2027, 12, 6), 3, 2026, "centre")
    life.refresh(date(2027, 12, 7))
    assert life.alerts(seen) == [("recovery", "centre")]
    assert life.expected["west"][0] == date(2027, 1, 4), "west never came back, and its last figures are in use"
    listed = json.loads(life.command(date(2027, 12, 7), "vintages", "list", "--json"))
    outcomes = {(row["source"].removeprefix("synthetic_"), row["vintage"]): row["outcome"] for row in listed}
    assert outcomes["east", "2027-07-05"] == "held_back"
    assert outcomes["centre", "2027-10-04"] == "held_back"
    assert not any(row["awaits_a_decision"] for row in listed)
