"""Steps of a series of US dollars that readers are warned of."""

from orchestration.methods.large_steps import large_steps


def test_steps_above_twofold_or_below_half_between_two_years_count_and_reviewed_or_small_ones_do_not() -> None:
    values = {2000: 2e9, 2001: 1.2e9, 2002: 0.55e9, 2003: 1.1e9, 2004: 2.3e9, 2006: 9e9, 2007: None, 2008: 1e9}
    figures = [(year, value, "A") for year, value in values.items()]
    assert large_steps(figures) == {2002, 2004}
    assert large_steps([(2000, 1.0, "A"), (2001, 2e9, "A")]) == {2001}, "one dollar is a figure"
    small = [(2000, 1e8, "A"), (2001, 9e8, "A"), (2002, -5e9, "A"), (2003, 5e9, "B"), (2004, 50e9, "B")]
    assert large_steps(small) == frozenset()
