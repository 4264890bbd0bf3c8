"""The figures of an answer to an assistant: of which years, and what they share. All figures are synthetic."""

import pytest

from orchestration.cli.mcp import of_years, shared_apart
from orchestration.core.errors import ReleaseError
from tests.unit.synthetic_project import figure

ROWS = [figure(year=year, value=float(year), source=source) for source in ("a", "b") for year in (2014, 2015, 2016)]


@pytest.mark.parametrize(
    ("first", "last", "years"),
    [
        (None, None, {2014, 2015, 2016}),
        (2015, None, {2015}),
        (2015, 2016, {2015, 2016}),
        (None, 2015, {2014, 2015}),
        (1990, 2014, {2014}),
    ],
)
def test_figures_are_those_of_a_year_or_of_a_range(first: int | None, last: int | None, years: set[int]) -> None:
    assert {row["year"] for row in of_years(ROWS, first, last)} == years


def test_years_without_figures_are_refused_with_those_that_have_some() -> None:
    with pytest.raises(ReleaseError, match="no figure from 2017 to 2019; there are figures from 2014 to 2016"):
        of_years(ROWS, 2017, 2019)


def test_what_all_figures_share_is_stated_once() -> None:
    content = shared_apart(ROWS)
    assert {name: content["shared"][name] for name in ("item", "unit", "is_latest")} == {
        "item": "SH",
        "unit": "USD",
        "is_latest": True,
    }
    assert "source" not in content["shared"]
    first = {"source": "a", "year": 2014, "value": 2014.0, "obs_status": "A", "vintage": "2026-07-01"}
    assert content["figures"][0] == first
    alone = shared_apart(ROWS[:1])
    assert (alone["shared"]["source"], len(alone["figures"])) == ("a", 1)
