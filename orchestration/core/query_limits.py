"""How long a query may take and how much memory it may use."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from orchestration.core.errors import BilateralError

SECONDS, GIGABYTES = "BILATERAL_QUERY_SECONDS", "BILATERAL_QUERY_GIGABYTES"
LONGEST = 24 * 3600.0
"""Seconds."""
SMALLEST, LARGEST = 0.25, 4096.0
"""Gigabytes; the program itself needs about a tenth of one."""


@dataclass(frozen=True)
class QueryLimits:
    """Seconds of waiting for one query's rows, and gigabytes (10^9 bytes) of memory of the process that runs it.

    Raises:
        BilateralError: a limit is not a number, or none that can be kept.
    """

    seconds: float = 60.0
    gigabytes: float = 2.0

    def __post_init__(self) -> None:
        if not 0 < self.seconds <= LONGEST:
            raise _refusal("time limit", self.seconds, f"above 0 and at most {LONGEST:,.0f} seconds")
        if not SMALLEST <= self.gigabytes <= LARGEST:
            raise _refusal("memory limit", self.gigabytes, f"from {SMALLEST:g} to {LARGEST:,.0f} gigabytes")

    @property
    def bytes(self) -> int:
        """The limit on memory in bytes."""
        return int(self.gigabytes * 1e9)


def limits_from(environment: Mapping[str, str]) -> QueryLimits:
    """The limits of an environment, and the defaults where it states none.

    Raises:
        BilateralError: a variable holds no number, or one that cannot be kept.
    """
    found = {
        field: _number(variable, environment[variable])
        for field, variable in (("seconds", SECONDS), ("gigabytes", GIGABYTES))
        if environment.get(variable)
    }
    return QueryLimits(**found)


def _number(variable: str, text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise _refusal(variable, math.nan, f"a number, not {text[:40]!r}") from None


def _refusal(what: str, seen: float, rule: str) -> BilateralError:
    value = "" if math.isnan(seen) else f" of {seen:g}"
    return BilateralError(
        f"the {what}{value} of a query must be {rule}",
        remedy=f"correct or unset {SECONDS} and {GIGABYTES}",
    )
