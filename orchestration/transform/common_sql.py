"""What SQL of the dbt project only one engine understands, or the engines understand differently, with file and line.

No model is translated: models, tests and macros keep to what DuckDB and Spark read alike, and what they write differently is
a macro in ``macros/engines.sql``. Only text is read here, so that the check takes a second and needs neither dbt nor Spark.
SQL that Jinja puts together from its own texts is not seen; the comparison of the engines (``make campaign``) sees it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from sqlglot.dialects.duckdb import DuckDB
from sqlglot.tokenizer_core import Token, TokenType

from orchestration.core.settings import Settings

OF_ONE_ENGINE = frozenset({"engines.sql", "table_report.sql"})
"""Macro files that may hold any SQL: the dispatched macros, and a report that is asked of DuckDB alone."""

FUNCTIONS = frozenset(
    [
        "abs",
        "avg",
        "cast",
        "coalesce",
        "count",
        "decimal",
        "dense_rank",
        "exp",
        "extract",
        "first_value",
        "floor",
        "greatest",
        "lag",
        "last_value",
        "lead",
        "least",
        "left",
        "length",
        "ln",
        "lower",
        "max",
        "md5",
        "min",
        "nullif",
        "power",
        "rank",
        "replace",
        "right",
        "row_number",
        "sqrt",
        "substr",
        "sum",
        "trim",
        "try_cast",
        "upper",
    ]
)
"""Functions that both engines have under this name and that give the same. Not among them: concat, which leaves out nulls in
DuckDB and is null in Spark; round, which rounds halves differently; and those of lists, texts in order and patterns."""

WORDS_BEFORE_A_BRACKET = frozenset(
    [
        "all",
        "and",
        "any",
        "as",
        "between",
        "by",
        "case",
        "distinct",
        "else",
        "except",
        "exists",
        "filter",
        "from",
        "group",
        "having",
        "in",
        "inner",
        "intersect",
        "is",
        "join",
        "lateral",
        "not",
        "on",
        "or",
        "order",
        "over",
        "partition",
        "select",
        "then",
        "union",
        "using",
        "values",
        "when",
        "where",
        "with",
        "within",
    ]
)

DIGITS = 38
_JINJA = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
_NAME = re.compile(r"[A-Za-z_]\w*")
_WHERE = re.compile(r"""config: \{(?:[^{}]*, )?where: ("[^"]*"|[^,{}]*)""")
_COMPARISONS = frozenset({"=", "<>", "!=", "<", ">", "<=", ">="})
_INEXACT = frozenset({"ln", "exp", "log"})

Tokens: TypeAlias = Sequence[Token]
Rule: TypeAlias = Callable[[Tokens], Iterator[tuple[Token, str]]]


@dataclass(frozen=True)
class Finding:
    """A construct outside the common subset: the file, relative to the dbt project, its line, and what to write instead."""

    file: str
    line: int
    words: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.words}"


def findings_of_project(settings: Settings) -> list[Finding]:
    """Every construct of the dbt project that is outside the common subset, in the order of files and lines."""
    project = settings.dbt_project
    found: list[Finding] = []
    for path in sorted(path for kind in ("models", "tests", "macros") for path in (project / kind).rglob("*")):
        if path.suffix == ".sql" and path.name not in OF_ONE_ENGINE:
            found += findings(path.read_text(encoding="utf-8"), str(path.relative_to(project)))
        elif path.suffix == ".yml":
            found += _findings_of_conditions(path.read_text(encoding="utf-8"), str(path.relative_to(project)))
    return found


def findings(sql: str, file: str) -> list[Finding]:
    """The findings of one file of SQL, which may hold Jinja."""
    tokens = DuckDB().tokenize(_JINJA.sub(_placeholder, sql))
    found = [Finding(file, token.line, words) for rule in RULES for token, words in rule(tokens)]
    return sorted(found, key=lambda one: one.line)


def _findings_of_conditions(content: str, file: str) -> list[Finding]:
    """Those of the conditions under which a test of a ``.yml`` file judges rows."""
    return [
        Finding(file, number, one.words)
        for number, line in enumerate(content.splitlines(), start=1)
        for condition in _WHERE.findall(line)
        for one in findings(condition.strip('"'), file)
    ]


def _placeholder(found: re.Match[str]) -> str:
    """What replaces Jinja: a name for what it prints, and nothing for what it does, on as many lines."""
    lines = "\n" * found[0].count("\n")
    return f"jinja{lines}" if found[0].startswith("{{") else f" {lines}"


def _text(tokens: Tokens, index: int) -> str:
    return tokens[index].text.lower() if 0 <= index < len(tokens) else ""


def _closing(tokens: Tokens, opening: int) -> int:
    """The index of the bracket that closes one; the last index where none does."""
    depth = 0
    for index in range(opening, len(tokens)):
        depth += (tokens[index].token_type == TokenType.L_PAREN) - (tokens[index].token_type == TokenType.R_PAREN)
        if depth == 0:
            return index
    return len(tokens) - 1


def _functions(tokens: Tokens) -> Iterator[tuple[Token, str]]:
    for index, token in enumerate(tokens):
        name = token.text.lower()
        if _text(tokens, index + 1) != "(" or not _NAME.fullmatch(token.text) or name in WORDS_BEFORE_A_BRACKET:
            continue
        if token.token_type != TokenType.STRING and name not in FUNCTIONS and not name.startswith("jinja"):
            yield (
                token,
                f"{name}() is not among the functions that the engines share; make it a macro of macros/engines.sql",
            )


def _words(tokens: Tokens) -> Iterator[tuple[Token, str]]:
    for index, token in enumerate(tokens):
        word, after = token.text.lower(), _text(tokens, index + 1)
        if token.token_type == TokenType.QUALIFY:
            yield token, "qualify; number the rows in a common table expression and filter below it"
        elif token.token_type in (TokenType.GROUP_BY, TokenType.ORDER_BY) and after == "all":
            yield token, f"{word} all; name the columns"
        elif token.token_type == TokenType.STAR and after in ("exclude", "except", "replace", "rename"):
            yield token, f"* {after}; name the columns"
        elif word == "//":
            yield token, "//; write whole_division(one, other)"
        elif token.token_type in (TokenType.L_BRACE, TokenType.L_BRACKET, TokenType.ARROW):
            yield token, f"{token.text}: a list, struct or lambda; make it a macro of macros/engines.sql"
        elif token.token_type == TokenType.IDENTIFIER:
            yield token, "a name in double quotes is a text in Spark; write adapter.quote(name)"
        elif word == "at" and after == "time":
            yield token, "at time zone; write time_in_utc(expression)"
        elif word == "by" and after == "name" and _text(tokens, index - 1) in ("union", "all"):
            yield token, "union by name; name the columns in one order"
        elif _text(tokens, index - 1) == "as" and word in ("varchar", "text") and after == ")":
            yield token, f"{word}; write type_string()"


def _numbers(tokens: Tokens) -> Iterator[tuple[Token, str]]:
    for index, token in enumerate(tokens):
        if token.token_type != TokenType.NUMBER or "." not in token.text or "e" in token.text.lower():
            continue
        if not (_text(tokens, index + 1) == "as" and _text(tokens, index + 2) == "decimal"):
            yield token, f"{token.text} is a decimal in Spark and in DuckDB often a double; write {token.text}e0"


def _decimals(tokens: Tokens) -> Iterator[tuple[Token, str]]:
    """A decimal wider than the engines' widest, and a product of two casts that would be."""
    widths = {index: _decimal(tokens, index) for index, token in enumerate(tokens) if token.text.lower() == "decimal"}
    for index, width in widths.items():
        if width > DIGITS:
            yield tokens[index], f"a decimal of {width} digits; {DIGITS} are the most"
        close = index + 6 if _text(tokens, index + 3) == "," else index + 4
        # ... as decimal(p, s)) * cast(... as decimal(p, s))
        if _text(tokens, close) != ")" or _text(tokens, close + 1) != "*" or _text(tokens, close + 2) != "cast":
            continue
        other = next((one for one in range(_closing(tokens, close + 3), index, -1) if one in widths), index)
        product = width + widths[other] + 1
        if other != index and product > DIGITS:
            yield (
                tokens[index],
                f"a product of decimals that needs {product} digits: Spark would drop those behind {DIGITS}",
            )


def _decimal(tokens: Tokens, index: int) -> int:
    width = _text(tokens, index + 2)
    return int(width) if width.isdigit() else 0


def _orders(tokens: Tokens) -> Iterator[tuple[Token, str]]:
    """Keys of an order that do not say where nulls come: last in DuckDB, and first in Spark."""
    for start, token in enumerate(tokens):
        if token.token_type != TokenType.ORDER_BY or _text(tokens, start + 1) == "all":
            continue
        depth, says = 0, False
        for index in range(start + 1, len(tokens) + 1):
            word = _text(tokens, index)
            ends = index == len(tokens) or (
                depth == 0 and word in (")", "limit", "rows", "range", "groups", ";", "union")
            )
            if ends or (depth == 0 and word == ","):
                if not says:
                    yield tokens[index - 1], "order by leaves open where nulls come; add nulls last or nulls first"
                says = False
            if ends:
                break
            depth += (word == "(") - (word == ")")
            says = says or word == "nulls"


def _stars(tokens: Tokens) -> Iterator[tuple[Token, str]]:
    """``*`` of several joined tables: which columns it gives twice, and under which names, differs."""
    for start, token in enumerate(tokens):
        if token.token_type != TokenType.STAR or _text(tokens, start - 1) not in ("select", "distinct", ","):
            continue
        depth, joins, conditions = 0, 0, 0
        for index in range(start, len(tokens)):
            word = _text(tokens, index)
            depth += (word == "(") - (word == ")")
            if depth < 0 or (depth == 0 and word in ("union", "except", "intersect")):
                break
            if depth == 0:
                joins, conditions = joins + (word == "join"), conditions + (word == "on")
        if joins and conditions:
            yield token, "* of several tables; name the table: one.*"


def _last_digits(tokens: Tokens) -> Iterator[tuple[Token, str]]:
    for index, token in enumerate(tokens):
        if token.text.lower() in _INEXACT and _text(tokens, index + 1) == "(":
            beside = {_text(tokens, index - 1), _text(tokens, _closing(tokens, index + 1) + 1)}
            if beside & (_COMPARISONS | {"in", "between"}):
                yield token, f"{token.text}() compared: its last digit differs between engines; compare its argument"


RULES: tuple[Rule, ...] = (_functions, _words, _numbers, _decimals, _orders, _stars, _last_digits)
