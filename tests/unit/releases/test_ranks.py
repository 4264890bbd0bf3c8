"""A claimed place among economies is judged by who reports, and by who might be larger. All figures are synthetic."""

from types import SimpleNamespace
from typing import Any, cast

import duckdb
import pytest

from orchestration.methods.verdicts import CONFIRMED, CONTRADICTED, NOT_VERIFIABLE
from orchestration.releases.claim_check import judge_rank
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
    ],
)
def test_a_place_is_judged_by_the_economies_that_may_be_larger(
    area: str, rank: int, more: list[tuple[str, int, float]], verdict: str
) -> None:
    with duckdb.connect() as connection:
        constants = ", ".join(f"'{value}' as {name.replace('metric', 'metric_id')}" for name, value in CLAIM.items())
        connection.execute("create table dim_area (area varchar, kind varchar)")
        connection.execute(f"""
            create table {ALL_VINTAGES} as
            select *, {constants}, 'office' as source, date '2022-07-01' as vintage, true as is_latest,
                null::integer as base_year, 'reported' as basis
            from (values {", ".join(map(str, [*FIGURES, *more]))}) as figures (area, year, value)
        """)
        claim = SimpleNamespace(**CLAIM, area=area, year=YEAR, rank=rank)
        assert judge_rank(connection, cast(Any, claim))["verdict"] == verdict
