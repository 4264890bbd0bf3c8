"""The one kind of error a person is meant to read: what went wrong, where, and what to do. No handling of errors here."""

from __future__ import annotations


class BilateralError(Exception):
    """A refusal that names publisher, payload, row, rule and remedy.

    Every argument but ``rule`` may be left out where it does not exist (a missing folder has no row).

    Args:
        rule: the rule that was broken, as a sentence, with what was seen.
        publisher: the publisher's name or the source's id.
        payload: the payload's resource, file name or hash.
        row: a JSON pointer, line number or sheet cell inside the payload.
        remedy: what the reader should do next.
    """

    def __init__(
        self,
        rule: str,
        *,
        publisher: str | None = None,
        payload: str | None = None,
        row: str | None = None,
        remedy: str | None = None,
    ) -> None:
        self.rule = rule
        self.publisher = publisher
        self.payload = payload
        self.row = row
        self.remedy = remedy
        super().__init__(self.message())

    def message(self) -> str:
        """One line per fact, in a fixed order, so that logs can be searched."""
        facts = [
            ("publisher", self.publisher),
            ("payload", self.payload),
            ("row", self.row),
            ("rule", self.rule),
            ("what to do", self.remedy),
        ]
        return "\n".join(f"{name}: {value}" for name, value in facts if value)


class PayloadError(BilateralError):
    """A payload that is not what its source module says it must be: an error answer, a short page, a changed column."""


class FeedError(BilateralError):
    """A feed could not give what a source asked for."""


class RawError(BilateralError):
    """Rows that do not fit the declared schema of their raw table."""


class DbtError(BilateralError):
    """A dbt model or test did not pass."""


class GuardError(BilateralError):
    """A metric's suite is missing, evaluated nothing or did not pass."""


class ReleaseError(BilateralError):
    """A build was refused by the release gate, or a release is not whole."""


class ClaimError(BilateralError):
    """A claim file cannot be read."""
