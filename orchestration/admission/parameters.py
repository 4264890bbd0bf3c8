"""The limits of admission; what each means and the experiment that set it: docs/methods/admission.md, bench/admission.py.

Limits of change are natural logarithms of ratios, shares are 0 to 1, ages are years before the newest year.
"""

from dataclasses import dataclass

G20 = frozenset("ARG AUS BRA CAN CHN DEU FRA GBR IDN IND ITA JPN KOR MEX RUS SAU TUR USA ZAF".split())  # noqa: SIM905


@dataclass(frozen=True)
class Parameters:
    """All limits; an experiment replaces some of them."""

    # which series matter
    major_economies: frozenset[str] = G20
    share_of_consequence: float = 0.01
    weight_years: int = 6
    leaders: int = 15
    least_visible: float = 0.0002
    series_judged: int = 20_000
    sentences_per_edit: int = 12
    # samples
    few: int = 3
    same_years: int = 5
    peers: int = 60
    peers_least: int = 8
    rows_judged: int = 20
    growth_years: int = 15
    # time between vintages
    stale_years: float = 1.25
    distant_years: float = 3.0
    repeat_gap: float = 0.5
    revision_gap: float = 0.6
    # growth
    shrinkage: int = 5
    size_classes: tuple[float, ...] = (0.001, 0.01, 0.1)
    class_least: int = 20
    scale_floor: float = 0.043
    leader_deviations: float = 4.0
    leader_least: float = 0.26
    leader_most: float = 0.5
    other_remark: float = 0.25
    other_remark_deviations: float = 2.5
    other_deviations: float = 9.0
    other_least: float = 0.5
    ratio_deviations: float = 15.0
    growth_impact: float = 0.0125
    accompanied: float = 0.5
    common_weight: float = 0.001
    common_floor: float = 0.02
    common_alone: float = 0.25
    common_remark: float = 0.5
    common_deviations: float = 5.0
    # revisions
    revision_limits: tuple[float, ...] = (0.45, 0.4, 0.2, 0.13)
    revision_deviations: float = 6.0
    revision_remark: float = 0.095
    revision_median: float = 0.02
    restatement: float = 0.3
    one_factor: float = 0.01
    one_factor_spread: float = 0.002
    comprehensive_share: float = 0.25
    comprehensive_years: int = 5
    lone_revision: float = 0.03
    lone_erratum: float = 0.01
    lone_changes: int = 2
    lone_neighbours: float = 0.2
    lone_age: int = 2
    # coverage
    areas_lost: float = 0.05
    rows_lost: float = 0.25
    values_lost: float = 0.02
    values_lost_age: int = 10
    weight_lost: float = 0.005
    # repeats and changes of kind
    digits: int = 4
    repeats: float = 0.2
    whole_year: float = 0.8
    near_zero: float = 0.1
    power_least: float = 1000.0
    power_exact: float = 0.03
    power_near: float = 0.3
    ten_near: float = 0.2
    power_deviations: float = 4.0
    power_apart: float = 0.5
    # totals and other publishers
    macro_least: float = 0.004
    macro_own: float = 4.0
    macro_years: int = 6
    macro_fit: float = 0.03
    macro_world_fit: float = 0.5
    macro_rest: float = 0.1
    macro_fit_years: int = 25
    macro_exact: float = 0.001
    macro_newest: float = 0.01
    macro_recomposed: int = 5
    publisher_least: float = 0.1
    publisher_own: float = 4.0


PARAMETERS = Parameters()
