"""A ``BilateralError`` as a Dagster failure: one sentence and its facts, without a traceback and without a retry."""

from __future__ import annotations

import dagster as dg
from dagster._core.errors import DagsterUserCodeProcessError
from dagster_shared.error import SerializableErrorInfo

from orchestration.core.errors import BilateralError


class RefusedError(dg.Failure, DagsterUserCodeProcessError):
    """A failure that was foreseen, of which the UI shows the words alone.

    Dagster stores the stack of every exception with the failure of a step. Of an exception that another process reported it
    stores what that process said, and so of this one.
    """

    def __init__(self, description: str, words: str, metadata: dict[str, dg.MetadataValue]) -> None:
        """``words`` are what the UI shows; ``description`` is the whole text, for logs and alerts."""
        shown = SerializableErrorInfo(f"{words}\n", [], None)
        DagsterUserCodeProcessError.__init__(self, description, user_code_process_error_infos=[shown])  # type: ignore[no-untyped-call]
        self.description, self.metadata, self.allow_retries = description, metadata, False


def as_failure(error: BilateralError) -> RefusedError:
    """A failure that shows the error in the UI. It is not retried, since the same inputs fail again."""
    words = BilateralError(error.failure, remedy=error.remedy).message()
    place = {name: value for name, value in facts_of(error).items() if name in ("publisher", "payload", "row")}
    return RefusedError(str(error), words, place)


def facts_of(error: BilateralError) -> dict[str, dg.MetadataValue]:
    """The parts of an error as metadata."""
    parts = {
        "publisher": error.publisher,
        "payload": error.payload,
        "row": error.row,
        "failure": error.failure,
        "what to do": error.remedy,
    }
    return {name: dg.MetadataValue.text(value) for name, value in parts.items() if value}
