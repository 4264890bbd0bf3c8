"""Mutants of one SQL statement: every change of one operator, join, filter, constant, input or order, in a fixed order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlglot import exp

Change = Callable[[Any], Any]
"""Replaces a node that it is given; None removes it from its parent."""

_COMPARED: dict[Any, Any] = {
    exp.EQ: exp.NEQ,
    exp.NEQ: exp.EQ,
    exp.LT: exp.LTE,
    exp.LTE: exp.LT,
    exp.GT: exp.GTE,
    exp.GTE: exp.GT,
}
_TURNED: dict[Any, Any] = {exp.LT: exp.GT, exp.LTE: exp.GTE, exp.GT: exp.LT, exp.GTE: exp.LTE}
_COMPUTED: dict[Any, Any] = {exp.Add: exp.Sub, exp.Sub: exp.Add, exp.Mul: exp.Div, exp.Div: exp.Mul}
_AGGREGATED: dict[Any, Any] = {
    exp.Sum: exp.Max,
    exp.Max: exp.Min,
    exp.Min: exp.Max,
    exp.Avg: exp.Sum,
    exp.ArgMax: exp.ArgMin,
    exp.ArgMin: exp.ArgMax,
    exp.LogicalAnd: exp.LogicalOr,
    exp.LogicalOr: exp.LogicalAnd,
    exp.Greatest: exp.Least,
    exp.Least: exp.Greatest,
    exp.Lead: exp.Lag,
    exp.Lag: exp.Lead,
    exp.First: exp.Last,
    exp.Last: exp.First,
}
_KEEPS_FIRST = (exp.Coalesce, exp.Nullif, exp.Abs, exp.Round)
LATEST = "is_latest"
INPUTS = ("input of obs_status dropped", "input of is_latest dropped", "input of is_latest swapped")
"""The kinds of changes by which one input is forgotten in what is combined of several."""


@dataclass(frozen=True)
class Mutant:
    """One change of a statement: its kind, the SQL around it before and after, and the new tree."""

    kind: str
    before: str
    after: str
    tree: exp.Expr

    @property
    def key(self) -> str:
        """What names the change wherever its line moves; changes that read alike share it."""
        return f"{self.kind}: {self.before} => {self.after}"


def places_of(tree: exp.Expr) -> list[tuple[int, int]]:
    """Where a statement can be changed, for ``mutant_at``: the number of a node, and of one of its changes."""
    return [(place, number) for place, node in enumerate(tree.walk()) for number, _ in enumerate(_changes(node))]


def mutant_at(tree: exp.Expr, place: int, number: int) -> Mutant:
    """The mutant of a statement at a place. The statement itself stays as it is."""
    copy = tree.copy()
    target = next(node for found, node in enumerate(copy.walk()) if found == place)
    kind, change = list(_changes(target))[number]
    around = _surroundings(target)
    before = _short(around)
    new = change(target)
    if new is not target:
        target.replace(new)
    return Mutant(kind, before, _short(around if around is not target else new), new if target is copy else copy)


def kind_at(tree: exp.Expr, place: int, number: int) -> str:
    """What kind of change the mutant at a place is."""
    return list(_changes(next(node for found, node in enumerate(tree.walk()) if found == place)))[number][0]


def _changes(node: Any) -> Iterator[tuple[str, Change]]:
    for rule in (_of_operators, _of_logic, _of_joins, _of_constants, _of_sets, _of_windows, _of_cases):
        yield from rule(node)


def _of_operators(node: Any) -> Iterator[tuple[str, Change]]:
    if type(node) in _COMPARED:
        yield "comparison", partial(_as, _COMPARED[type(node)])
    if type(node) in _TURNED:
        yield "comparison turned", partial(_as, _TURNED[type(node)])
    if type(node) in _COMPUTED:
        yield "arithmetic", partial(_as, _COMPUTED[type(node)])
    if type(node) in _AGGREGATED:
        yield "function swapped", partial(_as, _AGGREGATED[type(node)])
    if isinstance(node, _KEEPS_FIRST):
        yield f"{node.key} dropped", lambda found: found.this
    if isinstance(node, exp.Coalesce) and node.expressions:
        yield "coalesce reversed", lambda found: exp.Coalesce(this=found.expressions[-1], expressions=[found.this])
    if isinstance(node, exp.Neg):
        yield "sign dropped", lambda found: found.this
    if isinstance(node, exp.Is | exp.Exists | exp.In | exp.Like | exp.Between):
        if isinstance(node.parent, exp.Not):
            yield "negation dropped", _without_not
        else:
            yield "negated", lambda found: exp.Not(this=found.copy())
    if isinstance(node, exp.Filter):
        yield "filter dropped", lambda found: found.this
    if isinstance(node, exp.Count) and isinstance(node.this, exp.Distinct):
        yield "distinct dropped", lambda found: exp.Count(this=found.this.expressions[0].copy())


def _of_logic(node: Any) -> Iterator[tuple[str, Change]]:
    if not isinstance(node, exp.And | exp.Or):
        return
    kind = "input of is_latest" if _column_of(node) == LATEST else "condition"
    yield f"{kind} dropped", lambda found: found.right
    yield f"{kind} dropped", lambda found: found.left
    yield f"{kind} swapped", partial(_as, exp.Or if isinstance(node, exp.And) else exp.And)


def _of_joins(node: Any) -> Iterator[tuple[str, Change]]:
    if isinstance(node, exp.Where | exp.Qualify | exp.Having):
        yield f"{node.key} dropped", lambda found: None
    if isinstance(node, exp.Join):
        side, kind = node.side, node.kind
        if side in ("LEFT", "FULL", "RIGHT"):
            yield "outer join as inner", partial(_joined, side="", kind="INNER")
        elif kind in ("INNER", ""):
            yield "inner join as left", partial(_joined, side="LEFT", kind="")
        if kind == "ANTI":
            yield "anti join as semi", partial(_joined, side="", kind="SEMI")
        if kind == "SEMI":
            yield "semi join as anti", partial(_joined, side="", kind="ANTI")
        if side == "FULL":
            yield "full join as left", partial(_joined, side="LEFT", kind="")


def _of_constants(node: Any) -> Iterator[tuple[str, Change]]:
    if not isinstance(node, exp.Literal) or isinstance(node.parent, exp.DataTypeParam):
        return
    if isinstance(node.parent, exp.Ordered | exp.Group | exp.JSONPathSubscript) or _is_counted(node):
        return
    if not node.is_string:
        yield "number", lambda found: exp.Literal.number(_other_number(found.name))
    elif isinstance(node.parent, exp.In) and node.arg_key == "expressions":
        if len(node.parent.expressions) > 1:
            yield "choice dropped", lambda found: None
    else:
        yield "text", lambda found: exp.Literal.string("" if found.name.isspace() else f"{found.name}_")


def _of_sets(node: Any) -> Iterator[tuple[str, Change]]:
    if isinstance(node, exp.SetOperation):
        yield "branch dropped", lambda found: found.left
        if not isinstance(node.left, exp.SetOperation):  # else the first branch is one of the left side
            yield "branch dropped", lambda found: found.right
    if isinstance(node, exp.Select) and node.args.get("distinct"):
        yield "distinct dropped", partial(_with, "distinct", None)


def _of_windows(node: Any) -> Iterator[tuple[str, Change]]:
    if isinstance(node, exp.Ordered):
        yield "order reversed", lambda found: _with("desc", not found.args.get("desc"), found)
    if isinstance(node, exp.Window):
        for number in range(len(node.args.get("partition_by") or [])):
            yield "partition key dropped", partial(_without_partition, number)


def _of_cases(node: Any) -> Iterator[tuple[str, Change]]:
    if not isinstance(node, exp.Case):
        return
    if inputs := _status_inputs(node):
        for number in range(inputs):
            yield "input of obs_status dropped", partial(_without_status_input, number)
    for number in range(len(node.args["ifs"]) if len(node.args["ifs"]) > 1 else 0):
        yield "case dropped", partial(_without_if, number)
    if node.args.get("default"):
        yield "else dropped", partial(_with, "default", None)


def _as(other: type[exp.Expr], node: exp.Expr) -> exp.Expr:
    return other(**{name: _copied(value) for name, value in node.args.items() if name in other.arg_types})


def _copied(value: object) -> object:
    if isinstance(value, list):
        return [_copied(one) for one in value]
    return value.copy() if isinstance(value, exp.Expr) else value


def _with(name: str, value: object, node: exp.Expr) -> exp.Expr:
    node.set(name, value)
    return node


def _joined(node: exp.Expr, side: str, kind: str) -> exp.Expr:
    node.set("side", side)
    node.set("kind", kind)
    return node


def _without_not(node: exp.Expr) -> exp.Expr:
    parent = node.parent
    assert parent is not None
    parent.replace(node.copy())
    return node


def _without_partition(number: int, node: exp.Expr) -> exp.Expr:
    node.args["partition_by"].pop(number)
    return node


def _without_if(number: int, node: exp.Expr) -> exp.Expr:
    node.args["ifs"].pop(number)
    return node


def _without_status_input(number: int, node: exp.Expr) -> exp.Expr:
    for one in node.args["ifs"]:
        one.this.expressions.pop(number)
    return node


def _status_inputs(node: exp.Case) -> int:
    """How many statuses are combined, where a case has the form of the macro ``combined_status``; else 0."""
    conditions = [one.this for one in node.args["ifs"]]
    if not all(isinstance(one, exp.In) and one.this.is_string for one in conditions):
        return 0
    counts = {len(one.expressions) for one in conditions}
    return counts.pop() if len(counts) == 1 and min(counts, default=0) > 1 else 0


def _column_of(node: exp.Expr) -> str:
    """The name of the selected column that an expression is part of; empty for a condition."""
    parent = node.parent
    while parent and not isinstance(parent, exp.Alias | exp.Select | exp.Subquery):
        parent = parent.parent
    return parent.alias if isinstance(parent, exp.Alias) else ""


def _surroundings(node: exp.Expr) -> exp.Expr:
    """The smallest expression around a node that shows a reader what changes."""
    around = node
    while (
        around.parent
        and len(around.sql("duckdb")) < 40
        and not isinstance(around, exp.Alias | exp.Select | exp.Where | exp.Join)
    ):
        around = around.parent
    return around


def _short(node: exp.Expr | None) -> str:
    if node is None:
        return "nothing"
    words = " ".join(node.sql("duckdb", comments=False).split())
    return words if len(words) <= 160 else f"{words[:100]} ... {words[-50:]}"


def _other_number(text: str) -> str:
    return str(int(text) + 1) if text.isdigit() else str(float(text) * 2)


def _is_counted(node: exp.Expr) -> bool:
    """True of the number in ``count(case when ... then 1 end)``, where any other number counts the same."""
    case = node.parent.parent if isinstance(node.parent, exp.If) and node.arg_key == "true" else None
    return isinstance(case, exp.Case) and isinstance(case.parent, exp.Count)
