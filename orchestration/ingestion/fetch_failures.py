"""The last failure to fetch a source, until a fetch succeeds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from orchestration.core.errors import BilateralError, FeedError
from orchestration.core.files import read_json, write_json
from orchestration.core.settings import Settings, now


@contextmanager
def noting_failure(source_id: str, settings: Settings) -> Iterator[None]:
    """Keep the refusal of a fetch beside the raw tables of its source, and forget it when a fetch succeeds.

    Only for fetches that ask the publisher; what is read from stored payloads says nothing about it.
    """
    asks = settings.asks(source_id)
    try:
        yield
    except BilateralError as error:
        if asks:
            parts = ("failure", "publisher", "payload", "row", "remedy")
            facts = {part: getattr(error, part) for part in parts}
            write_json(_path(settings, source_id), {"at": now().isoformat(timespec="seconds"), **facts})
        raise
    if asks:
        _path(settings, source_id).unlink(missing_ok=True)


def last_failure(settings: Settings, source_id: str) -> dict[str, Any] | None:
    """When and why the last fetch of a source failed; None where it succeeded, or none was tried."""
    path = _path(settings, source_id)
    content: dict[str, Any] | None = read_json(path) if path.exists() else None
    return content


def require_an_answer(source_ids: Iterable[str], settings: Settings) -> None:
    """Refuse to build live figures when no publisher answered at all: the fault is then on this side.

    Raises:
        FeedError: the last fetch of every source that is asked failed.
    """
    asked = [name for name in source_ids if settings.asks(name)]
    failures = {name: failure for name in asked if (failure := last_failure(settings, name))}
    if asked and len(failures) == len(asked):
        causes = "; ".join(f"{name}: {failure['failure']}" for name, failure in failures.items())
        raise FeedError(
            f"no publisher answered; there is nothing new to build. {causes}",
            remedy="see whether this machine reaches the network, then run the refresh again",
        )


def _path(settings: Settings, source_id: str) -> Path:
    return settings.raw / source_id / "not_fetched.json"
