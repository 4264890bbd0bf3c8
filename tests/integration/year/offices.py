"""Five invented statistical offices: their tables by day, and a local server that answers for them.

No figure here is official. Each office publishes one indicator of forty economies and the world, restated every
quarter.
"""

import csv
import io
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from tests.publisher_server import Asked, Reply

OFFICES = ("north", "south", "east", "west", "centre")
ECONOMIES = (
    *("USA", "CHN", "JPN", "DEU", "GBR", "FRA", "IND", "ITA", "BRA", "CAN", "RUS", "KOR", "AUS", "MEX", "ESP", "IDN"),
    *("NLD", "TUR", "SAU", "CHE", "POL", "SWE", "BEL", "ARG", "NOR", "AUT", "ARE", "ISR", "DNK", "SGP", "MYS", "CHL"),
    *("FIN", "PRT", "GRC", "NZL", "HUN", "ISL", "MLT", "EST"),
)
WORLD = "W00"
FIRST_YEAR = 2005
HEADER = ("area", "year", "applications", "released")

Figures = dict[tuple[str, int], float]
"""Applications by area and year."""


def good(office: str, quarter: int, last_year: int) -> Figures:
    """Return the figures of an office in a quarter (from 0): its growth, and small revisions of the newest years."""
    chance = random.Random(office)  # noqa: S311 - synthetic figures, the same in every run
    figures: Figures = {}
    for place, economy in enumerate(ECONOMIES):
        level, growth = 400_000 * 0.86**place, chance.uniform(1.01, 1.07)
        for year in range(FIRST_YEAR, 2030):
            level *= growth * chance.uniform(0.98, 1.02)
            revised = 1 + (0.003 * ((quarter + place + year) % 5 - 2) if year >= last_year - 1 else 0)
            if year <= last_year:
                figures[economy, year] = round(level * revised, 1)
    return with_world(figures)


def with_world(figures: Figures) -> Figures:
    """The figures with a world that is the sum of its members."""
    kept = {key: value for key, value in figures.items() if key[0] != WORLD}
    years = {year for _, year in kept}
    sums = {
        (WORLD, year): round(sum(value for (_, held_year), value in kept.items() if held_year == year), 1)
        for year in years
    }
    return kept | sums


def in_thousands(figures: Figures) -> Figures:
    """A table in thousands, under the same heading."""
    return {key: round(value / 1_000, 1) for key, value in figures.items()}


def a_year_late(figures: Figures) -> Figures:
    """Every row under the year after its own."""
    return {(area, year + 1): value for (area, year), value in figures.items()}


def without_half(figures: Figures) -> Figures:
    """Neither the world nor every second economy."""
    return {key: value for key, value in figures.items() if key[0] in ECONOMIES[::2]}


def comprehensive(figures: Figures) -> Figures:
    """A new definition: every figure of every year is nine percent lower."""
    return {key: round(value * 0.91, 1) for key, value in figures.items()}


def table(figures: Figures, released: date) -> bytes:
    """The wire format of every office."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(HEADER)
    writer.writerows((area, year, value, released) for (area, year), value in sorted(figures.items()))
    return stream.getvalue().encode()


@dataclass
class Publishers:
    """Present answers of the five offices. An office without a table is out of service."""

    tables: dict[str, bytes] = field(default_factory=dict)
    silent: dict[str, int] = field(default_factory=dict)

    def publish(
        self, office: str, released: date, figures: Figures, fault: Callable[[Figures], Figures] | None = None
    ) -> None:
        """Put a vintage out, with a fault where one is named."""
        self.tables[office] = table(fault(figures) if fault else figures, released)

    def __call__(self, request: Asked) -> Reply:
        office = request.url.rsplit("/", 2)[-2].removeprefix("synthetic_")
        if office in self.silent:
            return Reply(b"out of service", self.silent[office])
        mark = f'"{hash(self.tables[office])}"'
        if request.headers.get("if-none-match") == mark:
            return Reply(status=304)
        return Reply(self.tables[office], headers={"ETag": mark})
