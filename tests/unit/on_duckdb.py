"""SQL of the dbt project made ready for DuckDB without dbt, for rules that a test tries on a few rows of its own."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from types import CodeType
from typing import Any

import duckdb
import pandas as pd
from jinja2 import Environment, Template

Rows = list[dict[str, Any]]

PROJECT = Path(__file__).resolve().parents[2] / "dbt_project"
ENVIRONMENT = Environment(autoescape=False, extensions=["jinja2.ext.do"])  # noqa: S701 - SQL, not HTML


class _Adapter:
    """dbt's adapter, as far as macros ask it: for the macro of the engine, and for a quoted name."""

    def __init__(self) -> None:
        self.macros: Any = None

    def dispatch(self, name: str) -> Any:
        return getattr(self.macros, f"default__{name}")

    def quote(self, name: str) -> str:
        return f'"{name}"'


def rendered(text: str, macros: Sequence[str] = (), **names: Any) -> str:
    """Return the SQL of a text that calls macros of ``engines.sql``, of the named files, and of ``names``."""
    adapter = _Adapter()
    known = {
        "adapter": adapter,
        "return": lambda value: value,
        "type_string": lambda: "varchar",
        "ref": lambda name: name,
        **names,
    }
    files = "".join(
        (PROJECT / "macros" / f"{name}.sql").read_text(encoding="utf-8") for name in dict.fromkeys(["engines", *macros])
    )
    adapter.macros = Template.from_code(ENVIRONMENT, _compiled(files), known).module
    return Template.from_code(ENVIRONMENT, _compiled(files + text), {}).render(known)


def rows_of(sql: str, **tables: Rows | pd.DataFrame) -> Rows:
    """Return the rows of a query over made-up tables; columns of vintages and days are dates."""
    connection = duckdb.connect()
    for name, rows in tables.items():
        frame = pd.DataFrame(rows)
        days = [column for column in frame if "vintage" in str(column) or column == "as_of"]
        dates = ", ".join(f"cast({column} as date) as {column}" for column in days)
        connection.execute(f"create table {name} as select * {f'replace ({dates})' if days else ''} from frame")
    answer = connection.execute(sql)
    names = [column[0] for column in answer.description or ()]
    return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]


def singular(rule: str, *macros: str, **tables: Rows | pd.DataFrame) -> Rows:
    """Return the rows that a singular dbt test shows over made-up tables."""
    text = (PROJECT / "tests" / f"{rule}.sql").read_text(encoding="utf-8")
    return rows_of(rendered(text, macros), **tables)


@cache
def _compiled(text: str) -> CodeType:
    """The code of a template: to compile the macros takes longer than to run them."""
    return ENVIRONMENT.compile(text)
