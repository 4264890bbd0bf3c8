"""Errors for readers: what failed, where, and what to do."""

import textwrap

from orchestration.core.text import escape_text, one_line


class BilateralError(Exception):
    """A refusal: the failure, its place and the remedy.

    Args:
        failure: what failed, with the value; then the rule, where it is not obvious.
        publisher: the publisher's name or the source's id.
        payload: the payload's resource, file name or hash.
        row: a JSON pointer, line number or sheet cell inside the payload.
        remedy: what the reader should do next.
    """

    passes = False
    """Whether the same work can succeed later with the same inputs and code."""

    def __init__(
        self,
        failure: str,
        *,
        publisher: str | None = None,
        payload: str | None = None,
        row: str | None = None,
        remedy: str | None = None,
    ) -> None:
        self.failure = _whole(failure)
        facts = (publisher, payload, row, remedy)
        self.publisher, self.payload, self.row, self.remedy = (text and _whole(text) for text in facts)
        super().__init__(self.message())

    def message(self) -> str:
        """Return the failure, then one line per fact in a fixed order, without characters that deceive or steer."""
        facts = {"publisher": self.publisher, "payload": self.payload, "row": self.row}
        lines = [_indented(self.failure), *(f"{name}: {one_line(fact)}" for name, fact in facts.items() if fact)]
        return "\n".join([*lines, f"what to do: {_indented(self.remedy)}"] if self.remedy else lines)


def _whole(text: str) -> str:
    """Return the text with surrogates escaped: a file name can have them, and no file or database takes them."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _indented(text: str) -> str:
    """Return the text with all lines after the first indented alike, so that none can be taken for another fact."""
    first, *following = escape_text(text).split("\n")
    return "\n".join([first, *textwrap.indent(textwrap.dedent("\n".join(following)), "  ").splitlines()])


class MachineError(BilateralError):
    """A failure of the machine, not of inputs or code: a full disk, a lock that another process holds."""

    passes = True


class PayloadError(BilateralError):
    """A payload that breaks the rules of its source module: an error answer, a short page, a changed column."""


class FeedError(BilateralError):
    """A feed could not answer a source."""


class NoAnswerError(FeedError):
    """No publisher answered at all."""

    passes = True


class MissingError(FeedError):
    """The publisher does not have the requested file (HTTP 404 or 410)."""


class NothingDroppedError(FeedError):
    """No file of a resource is in the drop folder; the last figures of the resource may remain."""


class DbtError(BilateralError):
    """A dbt model or test did not pass."""


class GuardError(BilateralError):
    """A metric's suite is missing, evaluated nothing or did not pass."""


class ReleaseError(BilateralError):
    """A build was refused by the release gate, or a release is not whole."""
