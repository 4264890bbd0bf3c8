"""How far a new figure may lie from what is expected, in logarithms: worked by hand at both ends of each limit."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from orchestration.admission.edits.growth import _limit
from orchestration.admission.parameters import Parameters


@pytest.mark.parametrize(
    ("kind", "limits"),
    [
        ("a leader", [0.26, 0.26, 0.40, 0.50, 0.50]),
        ("another economy", [0.50, 0.54, 0.90, 1.35, 9.00]),
        ("another economy's ratio", [0.50, 0.90, 1.50, 2.25, 15.00]),
    ],
)
def test_a_limit_grows_with_the_noise_of_a_series_and_of_leaders_not_beyond_half(
    kind: str, limits: list[float]
) -> None:
    noise = np.array([0.01, 0.06, 0.10, 0.15, 1.00])
    flags = {"is_leader": kind == "a leader", "is_ratio": kind.endswith("ratio")}
    case: Any = SimpleNamespace(
        parameters=Parameters(), **{name: np.full(noise.shape, flag) for name, flag in flags.items()}
    )
    assert _limit(case, noise).tolist() == pytest.approx(limits)
