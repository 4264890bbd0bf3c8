"""SQL of the dbt project made ready for DuckDB without dbt, for rules that a test tries on a few rows of its own."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from types import CodeType
from typing import Any

from jinja2 import Environment, Template

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
    """The SQL of a text that calls macros: those of ``engines.sql``, those of the named files, and what ``names`` defines."""
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


@cache
def _compiled(text: str) -> CodeType:
    """The code of a template: to compile the macros takes longer than to run them."""
    return ENVIRONMENT.compile(text)
