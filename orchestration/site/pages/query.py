"""The query page: SQL over the release's Parquet files in the reader's browser."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from duckdb import DuckDBPyConnection
from markupsafe import Markup

from orchestration.core.errors import BilateralError
from orchestration.core.files import read_json
from orchestration.core.settings import Settings
from orchestration.releases.datapackage import NAME as DATA_PACKAGE
from orchestration.releases.macros import MACROS
from orchestration.releases.macros import NAMES as MACRO_NAMES
from orchestration.releases.macros import TABLES as MACRO_TABLES
from orchestration.site.charts import as_script
from orchestration.site.query_engine import MARK, MOUNT
from orchestration.site.release_context import ReleaseContext
from orchestration.site.rendering import render
from orchestration.site.site import Site

PAGE = "query.html"

IMPORTS = as_script({"imports": {"apache-arrow": "./arrow-module.js"}})
"""DuckDB's script imports Arrow by its bare name."""

_HASH = base64.b64encode(hashlib.sha256(str(IMPORTS).encode()).digest()).decode()
POLICY = {
    "script-src": f"'self' 'wasm-unsafe-eval' 'sha256-{_HASH}'",
    "worker-src": "blob:",
    "connect-src": "'self' blob:",
}
"""What this page may do beyond the others: compile WebAssembly, run DuckDB in a worker, and read files of its own origin. A worker
made from a blob obeys the policy of its page, so that DuckDB reaches nothing else."""


@dataclass(frozen=True)
class Column:
    """A column of a published table."""

    name: str
    type: str
    description: str


@dataclass(frozen=True)
class Table:
    """A published table with the words of its model."""

    name: str
    rows: int
    description: str
    unit: str
    columns: tuple[Column, ...]


@dataclass(frozen=True)
class Question:
    """One file: the first comment line is the question, the next ones are remarks on using the answer."""

    name: str
    title: str
    remarks: str
    sql: str


def write(site: Site) -> str:
    """Write the query page."""
    resources = read_json(site.folder.parent / DATA_PACKAGE)["resources"]
    tables = list(tables_of(site.connection, site.context, resources))
    site.write(PAGE, query_page(site.context, tables, worked_questions(Settings.from_environment().root)))
    return ""


def query_page(context: ReleaseContext, tables: list[Table], questions: Iterable[Question]) -> str:
    """The HTML of the query page; a question that reads a metric without data is not offered."""
    offered = [
        question
        for question in questions
        if not set(re.findall(r"\w+", question.sql)).intersection(context.without_data)
    ]
    return render(
        "query.html",
        root="..",
        policy=POLICY,
        context=context,
        imports=Markup(IMPORTS),  # noqa: S704 - escaped by as_script
        questions=offered,
        tables=tables,
        given={
            "engine": f"../{MOUNT}/",
            "mark": MARK,
            "parquet": "../parquet/",
            "release": context.release,
            "tables": [table.name for table in tables],
            "macros": {"words": MACRO_NAMES, "tables": MACRO_TABLES, "statements": MACROS},
            "questions": [asdict(question) for question in offered],
        },
    )


def tables_of(
    connection: DuckDBPyConnection, context: ReleaseContext, resources: Iterable[dict[str, Any]]
) -> Iterator[Table]:
    """The tables of the data package with DuckDB's types; metrics first, each group by name."""
    types: dict[str, dict[str, str]] = {}
    for table, column, kind in connection.execute(_TYPES).fetchall():
        types.setdefault(table, {})[column] = str(kind).lower()
    for resource in sorted(resources, key=lambda resource: (resource["name"] not in context.metrics, resource["name"])):
        name, fields = resource["name"], resource["schema"]["fields"]
        described = {field["name"]: field.get("description", "") for field in fields}
        yield Table(
            name,
            resource["rows"],
            resource["description"],
            str(context.metrics.get(name, {}).get("unit") or ""),
            tuple(Column(column, kind, described.get(column, "")) for column, kind in types[name].items()),
        )


def worked_questions(root: Path) -> list[Question]:
    """The questions of a checkout in order of their file names, which begin with a number.

    Raises:
        BilateralError: a file does not begin with a question.
    """
    return [_read(path) for path in sorted((root / "docs" / "questions").glob("*.sql"))]


def _read(path: Path) -> Question:
    lines = path.read_text(encoding="utf-8").splitlines()
    comments = []
    for line in lines:
        if not line.startswith("--"):
            break
        comments.append(line.removeprefix("--").strip())
    if not comments or not comments[0].endswith("?"):
        raise BilateralError(
            "the file does not begin with a question in a comment",
            payload=path.name,
            remedy="write the question into the first line: -- The question?",
        )
    return Question(
        path.stem, comments[0], " ".join(filter(None, comments[1:])), "\n".join(lines[len(comments) :]).strip()
    )


_TYPES = "select table_name, column_name, data_type from duckdb_columns() order by table_name, column_index"
