"""The query page: SQL over the release's Parquet files in the reader's browser."""

import base64
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from markupsafe import Markup

from orchestration.contracts.metric import ALL_ROWS, ALL_VINTAGES, NAMED_IN
from orchestration.core.errors import BilateralError
from orchestration.core.files import read_json
from orchestration.core.settings import Settings
from orchestration.reading.macros import MACROS, NAMES, columns_of, named_view, refusal, refusing_view
from orchestration.releases.package import NAME as DATA_PACKAGE
from orchestration.site.chapter import chapters_of
from orchestration.site.formatting import as_script
from orchestration.site.pages.front import declared_questions
from orchestration.site.query_engine import MARK, MOUNT
from orchestration.site.release_context import ReleaseContext
from orchestration.site.rendering import render
from orchestration.site.site import Site

PAGE = "query.html"

KINDS = {"pair_chapters": "Two economies", "economy_chapters": "An economy", "region_chapters": "A region"}
"""Headings of the pages whose chapters a folder of queries makes."""

IMPORTS = as_script({"imports": {"apache-arrow": "./arrow-module.js"}})
"""DuckDB's script imports Arrow by its bare name."""

_COMMENTED = re.compile(r"\A((?:--[^\n]*\n)*)(.*)", re.DOTALL)

_HASH = base64.b64encode(hashlib.sha256(str(IMPORTS).encode()).digest()).decode()
POLICY = {
    "script-src": f"'self' 'wasm-unsafe-eval' 'sha256-{_HASH}'",
    "worker-src": "blob:",
    "connect-src": "'self' blob:",
}
"""What this page may do beyond the others: compile WebAssembly, run DuckDB in a worker, and read files of its own
origin. A worker made from a blob obeys the policy of its page, so that DuckDB reaches nothing else."""


@dataclass(frozen=True)
class WorkedQuestion:
    """One file: the first comment line is the question, the next ones are remarks on using the answer."""

    name: str
    title: str
    remarks: str
    sql: str


def write(site: Site) -> None:
    """Write the query page, and the page with the queries of all charts, tables and answers."""
    tables = read_json(site.folder.parent / DATA_PACKAGE)["resources"]
    site.write(PAGE, query_page(site.context, tables, worked_questions(Settings.from_environment().root)))
    groups = {
        "Questions of the front page": [
            (f"question-{question.name}", question.question, question.sql) for question in declared_questions()
        ]
    }
    for folder, title in KINDS.items():
        parts = [part for chapter in chapters_of(folder).values() for part in chapter.parts]
        groups[title] = [(part.query, part.title.replace("{", "$").replace("}", ""), part.sql) for part in parts]
    site.write("queries.html", render("queries.html", root="..", context=site.context, groups=groups))


def query_page(
    context: ReleaseContext, tables: Sequence[Mapping[str, Any]], questions: Iterable[WorkedQuestion]
) -> str:
    """Return the HTML of the query page.

    Args:
        tables: those of the data package; metrics are listed first.
        questions: of which one that reads a metric without data is not offered.
    """
    tables = sorted(
        tables, key=lambda table: (table["name"].removesuffix(ALL_ROWS) not in context.metrics, table["name"])
    )
    offered = [
        question
        for question in questions
        if not {word.removesuffix(ALL_ROWS) for word in re.findall(r"\w+", question.sql)} & {*context.without_data}
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
            "tables": [table["name"] for table in tables],
            "views": [*_views(context, tables)],
            "questions": [asdict(question) for question in offered],
        },
    )


def _views(context: ReleaseContext, tables: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Sequence[str]]]:
    """Yield what the page makes as soon as a query has one of ``words``: from which tables, by which statements."""
    yield {"words": NAMES, "tables": [ALL_VINTAGES], "statements": MACROS}
    for metric, meta in context.metrics.items():
        if refused := refusal(metric, meta.get("answer", {}), context.without_data.get(metric)):
            yield {"words": [metric], "tables": [ALL_VINTAGES], "statements": [refusing_view(metric, *refused)]}
    columns, dimensions = columns_of(tables), sorted({named.table for named in NAMED_IN.values()})
    for table in tables:
        if "metric_id" in columns[table["name"]] and table["name"].removesuffix(ALL_ROWS) in {
            *context.metrics,
            ALL_VINTAGES,
        }:
            made = {"words": [f"named_{table['name']}"], "statements": [named_view(table, columns)]}
            yield made | {"tables": [table["name"], *dimensions]}


def worked_questions(root: Path) -> list[WorkedQuestion]:
    """Return the questions of a checkout in order of their file names, which begin with a number.

    Raises:
        BilateralError: a file does not begin with a question.
    """
    return [_read(path) for path in sorted((root / "docs" / "questions").glob("*.sql"))]


def _read(path: Path) -> WorkedQuestion:
    comments, sql = _COMMENTED.findall(path.read_text(encoding="utf-8"))[0]
    title, *remarks = [line.removeprefix("--").strip() for line in comments.splitlines()] or [""]
    if not title.endswith("?"):
        raise BilateralError(
            "the file does not begin with a question in a comment",
            payload=path.name,
            remedy="write the question into the first line: -- The question?",
        )
    return WorkedQuestion(path.stem, title, " ".join(filter(None, remarks)), sql.strip())
