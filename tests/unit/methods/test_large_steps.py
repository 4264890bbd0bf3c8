"""Steps of a series of US dollars that readers are warned of, and figures that publishers differ on."""

import pytest

from orchestration.methods.large_steps import differ, large_steps


def test_only_large_unreviewed_steps_count() -> None:
    values = {2000: 2e9, 2001: 1.2e9, 2002: 0.55e9, 2003: 1.1e9, 2004: 2.3e9, 2006: 9e9, 2007: None, 2008: 1e9}
    figures = [(year, value, "A") for year, value in values.items()]
    assert large_steps(figures) == {2002, 2004}
    assert large_steps([(2000, 1.0, "A"), (2001, 2e9, "A")]) == {2001}, "one dollar is a figure"
    small = [(2000, 1e8, "A"), (2001, 9e8, "A"), (2002, -5e9, "A"), (2003, 5e9, "B"), (2004, 50e9, "B")]
    assert large_steps(small) == frozenset()


@pytest.mark.parametrize(
    ("before", "after", "is_step"),
    [
        *((31.7, 49.9, True), (10.91, 7.06, True), (10.0, 13.1, True), (10.0, 12.9, False), (7.5, 9.99, False)),
        *((11.0, 7.71, False), (11.0, 7.69, True)),
    ],
)
def test_large_series_step_at_30_percent(before: float, after: float, is_step: bool) -> None:
    assert (2024 in large_steps([(2023, before * 1e9, "A"), (2024, after * 1e9, "A")])) is is_step
    assert not large_steps([(2023, before * 1e9, "A"), (2024, after * 1e9, "B")]), "its cause is known"


def test_two_publishers_differ_by_more_than_they_round() -> None:
    assert differ(17.76e9, 22.37e9)
    assert differ(0.0, 1.0)
    assert not differ(100.0, 101.0)
    assert not differ(None, 1.0)
