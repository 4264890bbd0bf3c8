"""The parameters of admission, read from one reviewed file that names the experiment which set them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from orchestration.core.files import read_json

PATH = Path(__file__).with_name("parameters.json")


@dataclass(frozen=True)
class Parameters:
    """Limits of the edits; what each means and how it was set: docs/methods/admission.md.

    Limits of change are natural logarithms of ratios, shares are 0 to 1, ages are years before the newest year.
    """

    major_economies: frozenset[str]
    share_of_consequence: float
    weight_years: int
    series_judged: int
    sentences_per_edit: int
    revision_limits: tuple[float, ...]
    revision_gap: float
    revision_gap_power: float
    lone_revision: float
    lone_erratum: float
    lone_changes: int
    lone_neighbours: float
    lone_age: int
    revision_median: float
    one_factor: float
    one_factor_spread: float
    comprehensive_share: float
    comprehensive_years: int
    areas_lost: float
    rows_lost: float
    values_lost: float
    weight_lost: float
    repeats: float
    whole_year: float
    repeat_series: int
    digits: int
    same_years: int
    swap_distance: float
    swap_odds: float
    swap_impact: float
    swap_deviations: float
    swap_gain: float
    listed_least: float
    listed_exact: float
    listed_rounding: float
    listed_own: float
    listed_share: float
    macro_least: float
    macro_own: float
    macro_years: int
    macro_fit: float
    macro_world_fit: float
    macro_rest: float
    macro_fit_years: int
    macro_exact: float
    macro_recomposed: int
    values_lost_age: int
    rows_judged: int
    macro_newest: float
    stale_years: float
    other_least: float
    other_own: float
    growth_years: int
    growth_few: int
    growth_impact: float
    peers: int
    peers_least: int
    shrinkage: int
    size_classes: tuple[float, ...]
    class_least: int
    scale_floor: float
    leaders: int
    remark_deviations: float
    hold_deviations: float
    leader_remark: float
    leader_least: float
    leader_most: float
    other_remark: float
    other_deviations: float
    other_least_growth: float
    ratio_deviations: float
    common_deviations: float
    accompanied: float
    common_weight: float
    common_floor: float
    common_alone: float
    restatement: float
    near_zero: float
    least_visible: float
    power_least: int
    power_exact: float
    power_near: float
    power_deviations: float
    repeat_gap: float


@cache
def parameters() -> Parameters:
    """The reviewed parameters.

    Raises:
        TypeError: the file lacks a parameter or has one too many.
    """
    content = dict(read_json(PATH)["parameters"])
    content["major_economies"] = frozenset(content["major_economies"])
    content |= {name: tuple(content[name]) for name in ("revision_limits", "size_classes")}
    return Parameters(**content)
