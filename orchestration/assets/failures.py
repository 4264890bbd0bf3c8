"""A ``BilateralError`` as a Dagster failure, with its parts as metadata."""

from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg

from orchestration.core.disk_errors import disk_error
from orchestration.core.errors import BilateralError
from orchestration.core.settings import Settings

MESSAGE = "message"
"""Metadata of a failed check: its whole text, whose first line is the failure."""

PASSES = "passes"
"""Metadata of a failed step: whether the same work can succeed later with the same inputs and code."""


@contextmanager
def failing_in_words(settings: Settings) -> Iterator[None]:
    """Fail the step with the parts of an error; an error of a full or read-only disk is named as such."""
    try:
        yield
    except BilateralError as error:
        raise as_failure(error) from error
    except Exception as error:
        if isinstance(error, dg.Failure) or not (refusal := disk_error(settings, error)):
            raise
        raise as_failure(refusal) from error


def as_failure(error: BilateralError) -> dg.Failure:
    """Return the failure of a step."""
    return dg.Failure(str(error), metadata={**facts_of(error), PASSES: dg.MetadataValue.bool(error.passes)})


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
