"""The events of dbt, without the details that no log asks for."""

from __future__ import annotations

from typing import Any

from dbt_common.events.base_types import BaseEvent, EventLevel
from dbt_common.events.event_manager import EventManager
from dbt_common.events.event_manager_client import ctx_set_event_manager

_DETAILS = (EventLevel.DEBUG, EventLevel.TEST)


class _WrittenEvents(EventManager):
    """dbt's own manager makes a line of every event, with the SQL of each query, before it finds that no log takes details.
    That is a tenth of the time of a build."""

    def fire_event(
        self,
        e: BaseEvent,
        level: EventLevel | None = None,
        node: Any = None,
        force_warn_or_error_handling: bool = False,
    ) -> None:
        if (level or e.level_tag()) in _DETAILS and not any(logger.level in _DETAILS for logger in self.loggers):
            return
        super().fire_event(e, level, node, force_warn_or_error_handling)


def write_only_what_is_read() -> None:
    """Have dbt drop the details of its work at once where no log asks for them (``--debug``, ``--log-level``)."""
    ctx_set_event_manager(_WrittenEvents())
