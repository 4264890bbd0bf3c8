"""Source status: what this data folder has of each source, and when its next vintage is due."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from orchestration.contracts.source import Card, Source
from orchestration.core.settings import Settings
from orchestration.ingestion.fetch_failures import last_failure
from orchestration.ingestion.held_vintages import HeldVintage
from orchestration.ingestion.payload_store import PayloadStore
from orchestration.ingestion.selection import read_selection, selection_path


@dataclass(frozen=True)
class SourceState:
    """The state of a source in this data folder; ``selections`` are the parts of the publisher's tables that it has, if
    not all."""

    card: Card
    key_is_set: bool
    last_vintage: date | None
    answered_at: datetime | None
    next_due: date | None
    held: Sequence[HeldVintage]
    selections: Sequence[str]
    failure: Mapping[str, Any] | None

    def as_json(self) -> dict[str, object]:
        """Return the JSON object: dates as ISO text, the month that is due as YYYY-MM."""
        return {
            "source": self.card.id,
            "publisher": self.card.publisher,
            "cadence": self.card.cadence,
            "key": self.card.key_env,
            "key_is_set": self.key_is_set,
            "last_vintage": self.last_vintage.isoformat() if self.last_vintage else None,
            "last_live_fetch": self.answered_at.isoformat() if self.answered_at else None,
            "next_due": f"{self.next_due:%Y-%m}" if self.next_due else None,
            "licence": self.card.licence,
            "last_fetch_failed": dict(self.failure) if self.failure else None,
            "held_back": [vintage.as_json() for vintage in self.held],
            "selections": list(self.selections),
        }


def states(sources: Mapping[str, Source], settings: Settings) -> list[SourceState]:
    """Return every source: its newest vintage in the last refresh, when it last answered, and when its next vintage is
    due."""
    landing, listed = PayloadStore(settings.landing), []
    for name, source in sources.items():
        selection = read_selection(settings, name) if selection_path(settings, name).exists() else None
        newest = selection.vintages[-1] if selection and selection.vintages else None
        listed.append(
            SourceState(
                source.CARD,
                key_is_set=bool(os.environ.get(source.CARD.key_env or "")),
                last_vintage=newest,
                answered_at=landing.answered_at(name),
                next_due=source.CARD.next_release(newest) if newest else None,
                held=selection.open_held if selection else (),
                selections=sorted(
                    {origin.excerpt for origin in selection.origins if origin.excerpt} if selection else ()
                ),
                failure=last_failure(settings, name),
            )
        )
    return listed
