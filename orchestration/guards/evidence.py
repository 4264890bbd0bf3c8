"""What Great Expectations is given of a metric: what decides each expectation, however many rows there are.

Of an expectation about cells it sees a sample, the least and the largest value and rows that DuckDB found to violate it; of one
about an aggregate that of all rows; of any other type all rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from orchestration.core.repeated_keys import keep_repeated
from orchestration.core.sql_quoting import name
from orchestration.guards.conditions import Conditions
from orchestration.guards.guard_columns import RATIOS, ROW, GuardedRows
from orchestration.guards.questions import (
    AGGREGATES,
    COLUMNS_IN_ORDER,
    REPETITIONS,
    VIOLATIONS,
    Question,
    aggregate,
    repeats,
    violation,
)

if TYPE_CHECKING:
    import pandas as pd

CONDITION = ("row_condition", "condition_parser")
"""How an expectation chooses its rows: in the syntax of ``DataFrame.query``."""


@dataclass(frozen=True)
class Answer:
    """What DuckDB found over all rows of a condition: how many, how many violate, a condition for these, and figures.

    ``figures`` are the least and the largest value of a column, or the aggregate.
    """

    rows: int
    violating: int
    violation: str
    figures: Sequence[Any] = ()


class Evidence:
    """Questions about some rows, DuckDB's answers, and the rows that Great Expectations is given.

    Without ``sample`` these are those that violate alone, without the least and the largest value, and ratios are computed where
    a question needs them.
    """

    def __init__(
        self, rows: GuardedRows, items: Iterable[tuple[int, Mapping[str, Any]]], *, sample: bool = True
    ) -> None:
        conditions = Conditions(rows.connection, rows.relation, rows.types)
        self.questions = [_question(position, item, conditions) for position, item in items]
        of_ratios = [one for one in self.questions if _needs_ratios(one)]
        others = [one for one in self.questions if one not in of_ratios]
        sampled = rows.sampled() if sample else "false"
        self.rows = rows.with_ratios([sampled, *(one.where for one in of_ratios)])
        self.sample = self.rows.frame(sampled)
        self.answers: dict[int, Answer] = {}
        for some, asked in ((rows, others), (self.rows, of_ratios)):  # to lay the ratios beside all rows takes long
            self.answers |= _in_one_pass(some, asked, extremes=sample) | _repeated(some, asked)
        self._samples: dict[str | None, pd.DataFrame] = {None: self.sample}

    def violating(self, question: Question, most: int) -> pd.DataFrame:
        """The first rows that violate, in a fixed order."""
        answer = self.answers[question.position]
        if not answer.violating:
            return self.sample.iloc[:0]
        return self.rows.frame(f"{question.where} and {answer.violation}", limit=most)

    def sample_of(self, question: Question) -> pd.DataFrame:
        """The rows of the sample that pandas itself chooses by the question's condition."""
        if question.condition not in self._samples:
            self._samples[question.condition] = self.sample.query(str(question.condition))
        return self._samples[question.condition]

    def all_rows(self, question: Question) -> pd.DataFrame:
        """Every row of the question's condition."""
        return self.rows.frame(question.where)


def decisive_columns(
    question: Question, answer: Answer, sample: pd.DataFrame, violating: pd.DataFrame
) -> dict[str, list[Any]]:
    """For each argument that names a column, or ``column``, the values over which the question is decided."""
    if question.kind in AGGREGATES:
        (figure,) = answer.figures
        return {"column": figure if isinstance(figure, list) else [figure]}
    arguments = [key for key in ("column", "column_A", "column_B") if key in question.kwargs]
    figures = [answer.figures] if len(arguments) == 1 else [[figure] for figure in answer.figures]
    return {
        argument: [*sample[column], *_present(extreme), *violating[column]]
        for argument, column, extreme in zip(arguments, question.columns, figures, strict=True)
    }


def frame_of(columns: Mapping[str, Sequence[Any]]) -> pd.DataFrame:
    """Columns of unequal length as one frame: each repeats its last value, which changes no expectation about its values."""
    import pandas as pd

    longest = max(1, *map(len, columns.values()))
    found = {}
    for column, values in columns.items():
        plain = [None if pd.isna(value) else value for value in values] or [None]
        found[column] = pd.Series(plain + plain[-1:] * (longest - len(plain)))
    return pd.DataFrame(found)


def _present(values: Iterable[Any]) -> list[Any]:
    return [value for value in values if value is not None]


def _question(position: int, item: Mapping[str, Any], conditions: Conditions) -> Question:
    kwargs = {key: value for key, value in item["kwargs"].items() if key not in CONDITION}
    condition = item["kwargs"].get("row_condition")
    return Question(position, item["type"], kwargs, condition, conditions.sql(condition))


def _needs_ratios(question: Question) -> bool:
    """Whether it reads a ratio, or may: of a type without SQL that is not known."""
    known = question.kind in {*VIOLATIONS, *AGGREGATES, *REPETITIONS, COLUMNS_IN_ORDER}
    return not known or not set(RATIOS).isdisjoint(question.columns)


def _in_one_pass(rows: GuardedRows, questions: Iterable[Question], *, extremes: bool) -> dict[int, Answer]:
    asked: list[tuple[Question, str, list[str]]] = []
    for one in questions:
        if (violating := violation(one, rows)) is not None:
            asked.append((one, violating, _extremes(one) if extremes else []))
        elif (figure := aggregate(one, rows)) is not None:
            asked.append((one, "false", [figure]))
    if not asked:
        return {}
    terms = []
    for one, violating, more in asked:
        terms += [f"count_if({one.where})", f"count_if({one.where} and {violating})", *more]
    (found,) = rows.connection.execute(f"select {', '.join(terms)} from {rows.relation}").fetchall()
    cells = iter(found)
    return {
        one.position: Answer(next(cells), next(cells), violating, [next(cells) for _ in more])
        for one, violating, more in asked
    }


def _extremes(question: Question) -> list[str]:
    """The least and the largest value of a column; of a pair, the two values that lie the least far apart."""
    chosen = f"filter (where {question.where})"
    if len(question.columns) == 1:
        return [f"{function}({name(question.columns[0])}) {chosen}" for function in ("min", "max")]
    a, b = map(name, question.columns)
    return [f"arg_min({column}, {a} - {b}) {chosen}" for column in (a, b)]


def _repeated(rows: GuardedRows, questions: Iterable[Question]) -> dict[int, Answer]:
    """The rows whose key another row has too. Keys are compared by a hash first, which needs the least memory."""
    found = {}
    for one in questions:
        if columns := repeats(one, rows):
            key, table = ", ".join(map(name, columns)), f"{rows.relation}_repeated_{one.position}"
            held = " or ".join(f"{name(column)} is not null" for column in columns)
            chosen = f"from {rows.relation} where {one.where} and ({held})"
            keep_repeated(rows.connection, f"select hash({key}) as key_hash {chosen}", f"{table}_hashes")
            rows.connection.execute(f"""
                create or replace temp table {table} as
                select {ROW} {chosen} and hash({key}) in (from {table}_hashes) qualify count(*) over (partition by {key}) > 1
            """)
            ((count, violating),) = rows.connection.execute(
                f"select count_if({one.where}), (select count(*) from {table}) from {rows.relation}"
            ).fetchall()
            found[one.position] = Answer(count, violating, f"{ROW} in (from {table})")
    return found
