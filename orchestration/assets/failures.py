"""A ``BilateralError`` as a Dagster failure: its message as the description, its parts as metadata, and no retry."""

from __future__ import annotations

import dagster as dg

from orchestration.core.errors import BilateralError


def as_failure(error: BilateralError) -> dg.Failure:
    """A failure that shows the error in the UI. It is not retried, since the same inputs fail again."""
    return dg.Failure(description=str(error), metadata=facts_of(error), allow_retries=False)


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
