"""A claimed place among economies is judged by who reports, and by who might be larger. All figures are synthetic."""

from collections.abc import Iterable
from datetime import date
from types import SimpleNamespace
from typing import Any, cast

import duckdb
import pytest

from orchestration.methods.verdicts import CONFIRMED, CONTRADICTED, NOT_VERIFIABLE
from orchestration.releases.claim_check import LEAST_ECONOMIES, judge_rank
from orchestration.releases.release_store import ALL_VINTAGES

CLAIM = {"metric": "m", "measure": "x", "counterpart_area": "W00", "item": "_T", "clock": "c", "authority": "_Z"}
YEAR = 2020
FIGURES = [("AAA", YEAR, 50.0), ("BBB", YEAR, 30.0), ("CCC", YEAR, 20.0)]
WORLD, MISSING = ("W00", YEAR, 110.0), ("W00", YEAR, 200.0)


@pytest.mark.parametrize(
    ("area", "rank", "more", "verdict"),
    [
        ("BBB", 2, [WORLD], CONFIRMED),
        ("BBB", 1, [], CONTRADICTED),
        ("BBB", 3, [WORLD], CONTRADICTED),
        ("BBB", 3, [], NOT_VERIFIABLE),
        ("AAA", 1, [], NOT_VERIFIABLE),
        ("AAA", 1, [MISSING], NOT_VERIFIABLE),
        ("AAA", 1, [WORLD, ("DDD", YEAR - 5, 60.0)], NOT_VERIFIABLE),
        ("AAA", 1, [WORLD, ("DDD", YEAR - 6, 60.0)], CONFIRMED),
        ("DDD", 1, [WORLD], NOT_VERIFIABLE),
        ("AAA", 1, [("W00", YEAR, 149.9)], CONFIRMED),
        ("AAA", 1, [("W00", YEAR, 150.0)], NOT_VERIFIABLE),
        ("AAA", 1, [WORLD, ("DDD", YEAR - 5, 50.0)], CONFIRMED),
        ("AAA", 1, [(f"E{number}", YEAR, 1.0) for number in range(LEAST_ECONOMIES - 3)], CONFIRMED),
        ("AAA", 1, [(f"E{number}", YEAR, 1.0) for number in range(LEAST_ECONOMIES - 4)], NOT_VERIFIABLE),
    ],
)
def test_a_place_is_judged_by_the_economies_that_may_be_larger(
    area: str, rank: int, more: list[tuple[str, int, float]], verdict: str
) -> None:
    assert judged(area, rank, [*FIGURES, *more])["verdict"] == verdict


def test_a_place_is_one_among_the_economies_of_the_source_with_the_newest_vintage() -> None:
    earlier = [("AAA", YEAR, 90.0, "z_office", "2021-07-01"), ("BBB", YEAR, 95.0, "z_office", "2021-07-01")]
    rank = judged("BBB", 2, [*FIGURES, *earlier, ("AAA", YEAR, 99.0, "an_office", "2022-07-01")])
    assert (rank["place"], rank["larger"], rank["economies"], rank["is_complete"]) == (2, ["AAA"], 3, False)
    assert (rank["source"], rank["vintage"], rank["value"]) == ("office", date(2022, 7, 1), 30.0)
    assert rank["runner_up"] == ("AAA", 50.0)
    assert judged("AAA", 1, FIGURES)["runner_up"] == ("BBB", 30.0)
    assert judged("AAA", 1, FIGURES[:1])["runner_up"] is None


def judged(area: str, rank: int, figures: Iterable[tuple[Any, ...]]) -> dict[str, Any]:
    """Return the verdict on a rank, from figures of one office and vintage unless they state others."""
    rows = [(*row, *("office", "2022-07-01")[len(row) - 3 :]) for row in figures]
    with duckdb.connect() as connection:
        constants = ", ".join(f"'{value}' as {name.replace('metric', 'metric_id')}" for name, value in CLAIM.items())
        connection.execute("create table dim_area (area varchar, kind varchar)")
        connection.execute(f"""
            create table {ALL_VINTAGES} as
            select * replace (vintage::date as vintage), {constants}, true as is_latest,
                null::integer as base_year, 'reported' as basis
            from (values {", ".join(map(str, rows))}) as figures (area, year, value, source, vintage)
        """)
        claim = SimpleNamespace(**CLAIM, area=area, year=YEAR, rank=rank)
        return judge_rank(connection, cast(Any, claim))
