"""A ``BilateralError`` as a Dagster failure, with its parts as metadata."""

import dagster as dg

from orchestration.core.errors import BilateralError

MESSAGE = "message"
"""Metadata of a failed check: everything that failed, in words; its first line is the failure."""


def as_failure(error: BilateralError) -> dg.Failure:
    """Return the failure of a step."""
    return dg.Failure(str(error), metadata=facts_of(error))


def facts_of(error: BilateralError) -> dict[str, dg.MetadataValue]:
    """Return the parts of an error as metadata."""
    parts = {
        "publisher": error.publisher,
        "payload": error.payload,
        "row": error.row,
        "failure": error.failure,
        "what to do": error.remedy,
    }
    return {name: dg.MetadataValue.text(value) for name, value in parts.items() if value}
