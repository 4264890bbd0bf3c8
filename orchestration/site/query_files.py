"""Queries of the pages in files of SQL, whose comments declare what each is for.

A file has one or more blocks: comments such as ``-- Title: The words``, which a line that begins with ``--   `` continues, and the query
below them. The files are templates of Jinja with the functions of ``sql_parts``.
"""

import re
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from orchestration.site import asymmetry_reasons, sql_parts
from orchestration.site.formatting import LEAST_ESTIMATE

_BLOCK = re.compile(r"((?:^-- .*\n)+)((?:^(?!-- ).*\n?)*)", re.MULTILINE)


@cache
def blocks_of(folder: str) -> dict[str, list[tuple[dict[str, str], str]]]:
    """Return the blocks of every file of a folder of ``queries``, each as its words and its query.

    Files are in the order of the numbers that their names begin with; their keys are the names without number and suffix.
    """
    files = _environment().list_templates(filter_func=lambda name: name.startswith(f"{folder}/"))
    return {re.sub(r".*/(?:[0-9]+_)?|\.sql$", "", name): _blocks(name) for name in files}


def _blocks(file: str, **values: Any) -> list[tuple[dict[str, str], str]]:
    text = _environment().get_template(file).render(**values)
    return [(_words(head), sql.strip()) for head, sql in _BLOCK.findall(text)]


def sql_of(file: str, **values: Any) -> str:
    """Return the query of a file with a single block, with values of its template."""
    ((_, sql),) = _blocks(file, **values)
    return sql


def _words(comments: str) -> dict[str, str]:
    lines = re.sub(r"\n--   ", " ", comments).splitlines()
    pairs = (line.removeprefix("-- ").partition(": ") for line in lines)
    return {key.lower(): words for key, _, words in pairs}


@cache
def _environment() -> Environment:
    environment = Environment(  # noqa: S701 - SQL, not HTML
        loader=PackageLoader("orchestration.site", "queries"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(
        figure_columns=sql_parts.figure_columns,
        figure_cell=sql_parts.figure_cell,
        measure_label=sql_parts.measure_label,
        literal=sql_parts.literal,
        ranked=sql_parts.ranked,
        without_pair_pages=sql_parts.WITHOUT_PAIR_PAGES,
        least_estimate=int(LEAST_ESTIMATE),
        verdict_words=sql_parts.VERDICT_CASES,
        asymmetry_reasons=asymmetry_reasons.reasons_of_pairs,
        asymmetry_kinds=list(asymmetry_reasons.KINDS.values()),
    )
    return environment
