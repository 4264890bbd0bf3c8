"""How long a query may take and how much memory it may use."""

from __future__ import annotations

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
        BilateralError: a limit is not a number, or is out of bounds.
    """

    seconds: float = 60.0
    gigabytes: float = 2.0

    def __post_init__(self) -> None:
        if not 0 < self.seconds <= LONGEST:
            raise _refusal(f"time limit of {self.seconds:g}", f"above 0 and at most {LONGEST:,.0f} seconds")
        if not SMALLEST <= self.gigabytes <= LARGEST:
            raise _refusal(f"memory limit of {self.gigabytes:g}", f"from {SMALLEST:g} to {LARGEST:,.0f} gigabytes")

    @property
    def bytes(self) -> int:
        """The limit on memory in bytes."""
        return int(self.gigabytes * 1e9)


def limits_from(environment: Mapping[str, str]) -> QueryLimits:
    """Return the limits of an environment, with defaults for variables that are unset or empty.

    Raises:
        BilateralError: a variable is not a number, or is out of bounds.
    """
    limits: dict[str, float] = {}
    for field, variable in (("seconds", SECONDS), ("gigabytes", GIGABYTES)):
        text = environment.get(variable, "")
        try:
            limits |= {field: float(text)} if text else {}
        except ValueError:
            raise _refusal(variable, f"a number, not {text[:40]!r}") from None
    return QueryLimits(**limits)


def _refusal(what: str, rule: str) -> BilateralError:
    return BilateralError(f"the {what} of a query must be {rule}", remedy=f"correct or unset {SECONDS} and {GIGABYTES}")
