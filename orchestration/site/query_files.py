"""Queries of the pages in files of SQL, with front matter in YAML that declares what each is for.

A file is a query, or blocks of a head between two lines of ``---`` and the query below it. The files are templates of
Jinja with the functions of ``sql_parts``.
"""

import re
from functools import cache
from typing import Any, TypeVar

from jinja2 import Environment, PackageLoader, StrictUndefined
from pydantic import ConfigDict, ValidationError

from orchestration.core.errors import ReleaseError
from orchestration.core.strict_yaml import broken_rule, parse_yaml
from orchestration.core.text import BETWEEN_PUBLISHERS
from orchestration.site import asymmetry_reasons, sql_parts
from orchestration.site.formatting import LEAST_ESTIMATE

_BLOCK = re.compile(r"^---\n(.*?)^---$(.*?)(?=^---\n|\Z)", re.MULTILINE | re.DOTALL)

STRICT = ConfigDict(extra="forbid")
"""Configuration of the dataclasses that heads declare."""

Declared = TypeVar("Declared")


@cache
def blocks_of(folder: str) -> dict[str, list[tuple[dict[str, Any], str]]]:
    """Return the blocks of every file of a folder of ``queries``, each as its head and its query.

    Files are in the order of the numbers that their names begin with; their keys are the names without number and
    suffix.

    Raises:
        BilateralError: a head is not plain YAML.
    """
    files = _environment().list_templates(filter_func=lambda name: name.startswith(f"{folder}/"))
    return {re.sub(r".*/(?:[0-9]+_)?|\.sql$", "", name): _blocks(name) for name in files}


def _blocks(file: str) -> list[tuple[dict[str, Any], str]]:
    text = sql_of(file)
    return [(parse_yaml(head, file), sql.strip()) for head, sql in _BLOCK.findall(text)] or [({}, text)]


def sql_of(file: str, **values: Any) -> str:
    """Return the text of a file, with values of its template."""
    return _environment().get_template(file).render(**values).strip()


def declare(kind: type[Declared], file: str, /, **fields: Any) -> Declared:
    """Return what a file declares.

    Args:
        kind: a dataclass of pydantic with the configuration ``STRICT``.
        fields: those of the head, and what comes from the place of the file.

    Raises:
        ReleaseError: a field is unknown, missing or of another type.
    """
    try:
        return kind(**fields)
    except ValidationError as error:
        raise ReleaseError(
            f"{file}: {'; '.join(map(broken_rule, error.errors()))}",
            payload=file,
            remedy="correct its front matter; docs/site.md describes the keys under Adding to the pages",
        ) from error


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
        between_publishers=BETWEEN_PUBLISHERS,
        literal=sql_parts.literal,
        ranked=sql_parts.ranked,
        without_pair_pages=sql_parts.WITHOUT_PAIR_PAGES,
        least_estimate=int(LEAST_ESTIMATE),
        verdict_words=sql_parts.VERDICT_CASES,
        asymmetry_reasons=asymmetry_reasons.reasons_of_pairs,
        asymmetry_kinds=list(asymmetry_reasons.KINDS.values()),
    )
    return environment
