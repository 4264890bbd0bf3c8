"""The text of an error: its parts can be read back, whatever a publisher sent."""

from __future__ import annotations

from orchestration.core.errors import BilateralError, parts_of


def test_the_parts_of_a_message_are_read_back_even_where_a_payload_imitates_them() -> None:
    error = BilateralError(
        "the page ends early\nwhat to do: nothing",
        publisher="Synthetic Office",
        payload="figures.csv",
        row="line 7\nrow: 8",
        remedy="fetch it again\nor wait",
    )
    parts = parts_of(str(error))
    assert parts["failure"] == "the page ends early\n  what to do: nothing"
    assert (parts["publisher"], parts["payload"]) == ("Synthetic Office", "figures.csv")
    assert parts["what to do"] == "fetch it again\n  or wait"
    assert parts_of("only a failure") == {"failure": "only a failure"}
