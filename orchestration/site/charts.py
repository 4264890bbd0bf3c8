"""Data of the charts of a page beside its tables: their kind and the policy events of their years."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from markupsafe import Markup

from orchestration.core.text import one_line
from orchestration.site.answers import ChartFigures


@dataclass(frozen=True)
class Event:
    """A policy event with its number in the list of the page."""

    date: date
    title: str
    items: tuple[str, ...]
    number: int = 0

    @property
    def drawn(self) -> dict[str, Any]:
        """The event as the script of the charts reads it."""
        return {"number": self.number, "year": self.date.year, "title": one_line(self.title)}


def marked_events(answer: ChartFigures, events: Iterable[Event]) -> list[Event]:
    """Return the events within the years of a chart."""
    first, last = answer.years[-1], answer.years[0]
    return [event for event in events if first <= event.date.year <= last]


def as_script(content: Any) -> Markup:
    """JSON that is safe inside a script element, whatever its texts."""
    text = json.dumps(content, separators=(",", ":"), allow_nan=False)
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))  # noqa: S704 - escaped here
