"""Bounds on what an assistant is given."""

from __future__ import annotations

from typing import Any

import pytest

from orchestration.cli.assistant.answers import first_inputs


def nodes(wide: int, below: int) -> list[dict[str, Any]]:
    return [{"role": "a", "inputs": [{"role": "b", "payload": {}} for _ in range(below)]} for _ in range(wide)]


def counted(held: list[dict[str, Any]]) -> int:
    return sum(1 + counted(one.get("inputs", [])) for one in held)


@pytest.mark.parametrize(
    ("wide", "below", "given", "is_cut"),
    [(3, 2, 9, False), (3, 3, 10, True), (1, 200, 10, True), (200, 0, 10, True), (10, 0, 10, False), (0, 0, 0, False)],
)
def test_inputs_are_counted_with_those_below_them(wide: int, below: int, given: int, is_cut: bool) -> None:
    held, left = first_inputs(nodes(wide, below), 10)
    assert (counted(held), left < 0) == (given, is_cut)
