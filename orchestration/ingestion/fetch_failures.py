"""The last failure to fetch a source, until a fetch succeeds; no failure of one source reaches another."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from orchestration.core.disk_errors import disk_error
from orchestration.core.errors import BilateralError, MissingError, NoAnswerError, PayloadError
from orchestration.core.files import read_json, write_json
from orchestration.core.settings import Settings, now
from orchestration.core.text import with_noun
from orchestration.ingestion.payload_store import PayloadStore

NOTED = ("failure", "publisher", "payload", "row", "remedy")
"""The parts of the error of a failed fetch that are kept."""


@contextmanager
def noting_failure(source_id: str, settings: Settings) -> Iterator[list[MissingError]]:
    """Record the failure of a fetch next to the raw tables of its source; remove the record when a fetch succeeds.

    Yields a list for the files that a fetch lacks although it succeeded, which are recorded, too. Fetches without
    requests leave the record as it is.

    Raises:
        BilateralError: the fetch failed; also where its code ended in another error than a full disk.
    """
    missing: list[MissingError] = []
    try:
        yield missing
    except BilateralError as error:
        _note(error, source_id, settings)
        raise
    except Exception as error:
        if disk_error(settings, error):
            raise
        defect = PayloadError(
            f"reading the source failed with an unexpected {type(error).__name__}",
            publisher=source_id,
            remedy=f"report this with the newest payload of data/landing/{source_id}; the log has the traceback",
        )
        _note(defect, source_id, settings)
        raise defect from error
    if missing:
        _note(missing[0], source_id, settings, missing=len(missing))
    elif settings.fetches_live(source_id):
        _path(settings, source_id).unlink(missing_ok=True)


def last_failure(settings: Settings, source_id: str) -> dict[str, Any] | None:
    """Return when and why the last fetch of a source failed, or None where it succeeded or none was tried."""
    path = _path(settings, source_id)
    content: dict[str, Any] | None = read_json(path) if path.exists() else None
    return content


def require_an_answer(source_ids: Iterable[str], settings: Settings) -> None:
    """Refuse to build live figures when no publisher answered at all: the fault is then on this side.

    A source of which only the drop folder was searched has neither failed nor answered.

    Raises:
        NoAnswerError: every source that sent a request failed.
    """
    requested = [name for name in source_ids if settings.fetches_live(name)]
    noted = {name: last_failure(settings, name) for name in requested}
    failures = {name: failure for name, failure in noted.items() if failure and not failure.get("missing")}
    landing = PayloadStore(settings.landing)
    if failures and not any(landing.answered_at(name) for name in requested if name not in failures):
        causes = "; ".join(f"{name}: {failure['failure']}" for name, failure in failures.items())
        raise NoAnswerError(
            f"no publisher answered; there is nothing new to build. {causes}",
            remedy="see whether this machine reaches the network, then run the refresh again; to build from dropped "
            "files alone, name their sources in BILATERAL_LIVE_SOURCES",
        )


def _note(error: BilateralError, source_id: str, settings: Settings, missing: int = 0) -> None:
    if settings.fetches_live(source_id):
        facts = {part: getattr(error, part) for part in NOTED} | ({"missing": missing} if missing else {})
        if missing > 1:
            facts["failure"] = f"{error.failure} ({with_noun(missing, 'missing file')} in all)"
        write_json(_path(settings, source_id), {"at": now().isoformat(timespec="seconds"), **facts})


def _path(settings: Settings, source_id: str) -> Path:
    return settings.raw / source_id / "not_fetched.json"
