"""The mutation series on toy statements: a change that a test shows is killed, one that no test shows survives, and each is named."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlglot

from tests.mutation.equivalents import FILE, judged
from tests.mutation.sql_mutants import INPUTS, Mutant, kind_at, mutant_at, places_of
from tests.mutation.sql_project import UnitTest
from tests.mutation.sql_trial import NoMutantError, UnitTrial
from tests.mutation.tally import EQUIVALENT, INVALID, SURVIVED, Tally

RATIO = """
with sold as (select area, value, status, is_latest from ref__sold as sold where value > 0)
select
    sold.area,
    sold.value / bought.value as value,
    case when 'U' in (sold.status, bought.status) then 'U' when 'P' in (sold.status, bought.status) then 'P' else 'A' end as status,
    sold.is_latest and bought.is_latest as is_latest
from sold
inner join ref__bought as bought on sold.area = bought.area
"""
SOLD = (
    "select * from (values ('AAA', 6.0, 'A', true), ('BBB', 0.0, 'P', true)) as rows (area, value, status, is_latest)"
)
BOUGHT = (
    "select * from (values ('AAA', 3.0, 'P', true), ('CCC', 1.0, 'A', true)) as rows (area, value, status, is_latest)"
)
EXPECTED = "select * from (values ('AAA', 2.0::double, 'P', true)) as rows (area, value, status, is_latest)"


def parsed(sql: str) -> sqlglot.exp.Expr:
    return sqlglot.parse_one(sql, dialect="duckdb")


def mutants(sql: str) -> dict[str, Mutant]:
    tree = parsed(sql)
    return {mutant.key: mutant for mutant in (mutant_at(tree, *place) for place in places_of(tree))}


@pytest.fixture
def trial() -> UnitTrial:
    """The ratio with one unit test, whose two sides differ in status but not in ``is_latest``."""
    columns = ("area", "value", "status", "is_latest")
    test = UnitTest("ratio_by_hand", {"sold": SOLD, "bought": BOUGHT}, columns, EXPECTED)
    return UnitTrial(lambda model: [test] if model == "ratio" else [])


def test_the_statement_itself_passes(trial: UnitTrial) -> None:
    assert trial.killer("ratio", parsed(RATIO)) == ""


@pytest.mark.parametrize(
    ("change", "killer"),
    [
        (
            "arithmetic: sold.value / bought.value AS value => sold.value * bought.value AS value",
            "unit test ratio_by_hand",
        ),
        ("inner join as left: INNER JOIN ref__bought AS bought", ""),
        ("input of is_latest dropped: sold.is_latest AND bought.is_latest AS is_latest => bought.is_latest", ""),
        ("comparison: WHERE value > 0 => WHERE value >= 0", ""),
    ],
)
def test_what_a_unit_test_shows_is_killed_and_what_none_shows_survives(
    trial: UnitTrial, change: str, killer: str
) -> None:
    (mutant,) = (mutant for key, mutant in mutants(RATIO).items() if key.startswith(change))
    assert trial.killer("ratio", mutant.tree) == killer


def test_each_input_of_a_combined_status_is_left_out_in_turn(trial: UnitTrial) -> None:
    left_out = [mutant for mutant in mutants(RATIO).values() if mutant.kind == "input of obs_status dropped"]
    assert [trial.killer("ratio", mutant.tree) for mutant in left_out] == ["", "unit test ratio_by_hand"]
    tree = parsed(RATIO)
    kinds = [kind_at(tree, *place) for place in places_of(tree)]
    assert sum(kind in INPUTS for kind in kinds) == 5  # two of the status, three of is_latest


def test_a_model_without_unit_tests_is_never_killed_by_one(trial: UnitTrial) -> None:
    assert trial.killer("another", parsed("select 1")) == ""


def test_a_statement_that_nobody_could_build_is_no_mutant(trial: UnitTrial) -> None:
    with pytest.raises(NoMutantError):
        trial.killer("ratio", parsed("select nothing from ref__sold"))


@pytest.mark.parametrize(
    ("sql", "changes"),
    [
        ("select sum(a) from t where b = 1", {"function swapped", "comparison", "number", "where dropped"}),
        ("select a from t union all select a from u", {"branch dropped"}),
        (
            "select a, lag(a) over (partition by b order by c) from t",
            {"function swapped", "partition key dropped", "order reversed"},
        ),
        (
            "select coalesce(a, b) from t where c in ('x', 'y')",
            {"coalesce dropped", "coalesce reversed", "choice dropped", "negated", "where dropped"},
        ),
        (
            "select a from t left join u on t.a = u.a and t.b = u.b",
            {"outer join as inner", "comparison", "condition dropped", "condition swapped"},
        ),
        (
            "select count(distinct a) filter (where not exists (select 1 from u)) from t",
            {"distinct dropped", "filter dropped", "negation dropped", "number", "where dropped"},
        ),
    ],
)
def test_the_kinds_of_changes_of_a_statement(sql: str, changes: set[str]) -> None:
    assert {mutant.kind for mutant in mutants(sql).values()} == changes


def test_every_mutant_differs_and_leaves_the_statement_as_it_is() -> None:
    tree = parsed(RATIO)
    before = tree.sql("duckdb")
    assert all(mutant_at(tree, *place).tree.sql("duckdb") != before for place in places_of(tree))
    assert tree.sql("duckdb") == before


def test_the_score_counts_neither_invalid_nor_equivalent_mutants() -> None:
    tally = Tally()
    for killer in ("unit test one", "unit test two", "data test three"):
        tally.note("SQL, marts", killer)
    for result in (INVALID, EQUIVALENT, SURVIVED):
        tally.note_other("SQL, marts", result, "fct_x: a => b")
    assert "| SQL, marts | 5 | 1 | 3 | 1 | 75.0 % |" in list(tally.rows())
    assert list(tally.rows())[-1] == "Killed by: unit test 2, data test 1."
    assert tally.survivors == ["SQL, marts: fct_x: a => b"]


def test_every_judgement_of_the_project_has_its_reason() -> None:
    assert judged(FILE).changes


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("- of: fct_x\n  changes: ['a => b']\n", "has no reason"),
        ("- {of: fct_x, reason: same, changes: ['a => b', 'a => b']}\n", "is judged twice"),
    ],
)
def test_a_judgement_without_a_reason_or_made_twice_is_refused(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "equivalents.yml"
    path.write_text(text)
    with pytest.raises(ValueError, match=words):
        judged(path)
