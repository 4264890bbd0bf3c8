"""The text of an error: no payload can imitate one of its facts."""

from __future__ import annotations

from orchestration.core.errors import BilateralError


def test_a_payload_cannot_imitate_a_fact_of_the_message() -> None:
    error = BilateralError(
        "the page ends early\nwhat to do: nothing", row="line 7\nrow: 8", remedy="fetch it again\nor wait"
    )
    assert str(error).splitlines() == [
        "the page ends early",
        "  what to do: nothing",
        "row: line 7\\nrow: 8",
        "what to do: fetch it again",
        "  or wait",
    ]
