"""Membership of aggregates, found from figures: weights between 0 and 1 with which members add up to each aggregate.

Box-constrained least squares by cyclic coordinate descent on Gram matrices; background: C. L. Lawson and R. J. Hanson,
Solving Least Squares Problems (1974), chapter 23. Uses and limits: docs/methods/admission.md.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def memberships(wholes: Floats, parts: Floats, *, sweeps: int = 60) -> Floats:
    """Return the weight of every part in every whole, 0 to 1; zeros where a whole has no observation.

    ``wholes`` are aggregates by observation, NaN where there is no figure, and ``parts`` members by observation, where
    a missing one adds nothing. Each observation counts by the size of the whole. ``sweeps`` over all members are made
    at most.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        weights = np.nan_to_num(1 / wholes, posinf=0.0, neginf=0.0)
    x = np.nan_to_num(parts)
    target = (weights**2 * np.nan_to_num(wholes)) @ x.T
    gram = (x[None, :, :] * (weights**2)[:, None, :]) @ x.T
    size = np.einsum("ajj->aj", gram)
    safe = np.where(size, size, 1.0)
    weight = np.zeros((len(wholes), len(parts)))
    for _ in range(sweeps):
        before = weight.copy()
        for place in range(len(parts)):
            step = (target[:, place] - np.einsum("aj,aj->a", gram[:, place], weight)) / safe[:, place]
            weight[:, place] = np.clip(weight[:, place] + step, 0.0, 1.0)
        if np.allclose(weight, before, rtol=0, atol=1e-4):  # settled
            break
    return weight
