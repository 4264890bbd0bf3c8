"""Cases, findings and verdicts cannot be changed once they are made."""

from __future__ import annotations

import orchestration.admission
from tests.unit.frozen import changeable


def test_only_the_judging_itself_has_a_state() -> None:
    assert changeable(orchestration.admission) == [
        "orchestration.admission.admit._Judging",
        "orchestration.admission.isolate.Isolation",
    ]
