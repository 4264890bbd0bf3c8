"""Answers of the tools: a short text and structured content, always with the release, and with what a metric means."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from typing import Any

import pyarrow as pa

from orchestration.cli.describe import described
from orchestration.cli.result_files import write_json
from orchestration.core.errors import ReleaseError
from orchestration.releases.bounded_query import QuerySession, Rows
from orchestration.releases.release_store import Release
from orchestration.site.formatting import MARKED, NO_VALUE

MOST_ROWS = 200
"""Rows of a query that are given."""
MOST_BYTES = 500_000
"""Bytes of the rows of a query; an assistant reads them all."""

STATUS_WORDS = {
    "A": "normal",
    **MARKED,
    **{status: f"no value: {words}; not zero" for status, words in NO_VALUE.items()},
}
"""Words for SDMX observation statuses."""

BASIS_WORDS = {
    "reported": "as the area itself reports it",
    "mirrored": "the counterpart's report of the same flow, with the roles exchanged",
    "derived": "computed from other figures by the formula of the metric",
    "reconciled": "estimated from both reports, which are published beside it; not a report",
    "balanced": "estimated and balanced by OECD and WTO, also where nobody reported; not a report",
}
"""Words for the bases of figures."""

NEEDED = ("unit", "source", "vintage", "obs_status", "basis")
"""Columns without which a figure cannot be quoted."""


@dataclass(frozen=True)
class Answer:
    """What a tool answers: ``text`` for people in a sentence or two, ``content`` with everything, as JSON has it."""

    text: str
    content: Mapping[str, Any]


def answer(release: Release, text: str, content: Mapping[str, Any]) -> Answer:
    """An answer from a release, which both of its forms name."""
    named = {
        "id": release.id,
        "published_at": release.published_at,
        "as_of": release.as_of,
    }
    plain: dict[str, Any] = json.loads(json.dumps({"release": named, **content}, default=str))
    return Answer(f"{text} Release {release.id}.", plain)


def meaning(release: Release, table: str) -> dict[str, Any]:
    """What a table is: description, unit, formula, caveats, sources; without its columns and its citation, which may be long.

    Raises:
        ReleaseError: the release has no such table.
    """
    content = described(release, table)
    return {name: value for name, value in content.items() if name not in ("columns", "release", "cite_as")}


def meanings(release: Release, sql: str) -> list[dict[str, Any]]:
    """What the metrics mean that a query names, as tables or as values."""
    words = {word.removeprefix("named_") for word in re.findall(r"\w+", sql.casefold())}
    return [meaning(release, one) for one in sorted(words & {*release.content["metrics"]})]


def words_of(rows: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, str]]:
    """The meaning of the statuses and bases that figures have."""
    return {
        "statuses": _words(STATUS_WORDS, (row["obs_status"] for row in rows)),
        "bases": _words(BASIS_WORDS, (row["basis"] for row in rows)),
    }


def _words(known: Mapping[str, str], codes: Iterable[str]) -> dict[str, str]:
    return {code: known.get(code, "see docs/figures.md") for code in sorted(set(codes))}


def first_rows(session: QuerySession, sql: str) -> tuple[list[dict[str, Any]], Sequence[str], bool]:
    """The first rows of a query, its columns, and whether there are more rows.

    Raises:
        ReleaseError: DuckDB rejects the SQL, a limit is reached, or the rows are too large to be read.
    """
    rows = session.ask(sql)
    held: list[pa.RecordBatch] = []
    count, size, is_cut = 0, 0, False
    for batch in rows.batches:
        if is_cut := count + batch.num_rows > MOST_ROWS:
            batch = batch.slice(0, MOST_ROWS - count)
        held.append(batch)
        count += batch.num_rows
        size += batch.nbytes
        _require_small(size)
        if is_cut:
            break
    stream = StringIO()
    write_json(Rows(rows.schema, iter(held)), stream)
    _require_small(len(stream.getvalue()))
    return json.loads(stream.getvalue()), rows.schema.names, is_cut


def _require_small(size: int) -> None:
    if size > MOST_BYTES:
        raise ReleaseError(
            f"the rows of the answer take {size:,} bytes; at most {MOST_BYTES:,} are given",
            remedy="select fewer columns or rows, or aggregate",
        )


def first_inputs(nodes: Sequence[Mapping[str, Any]], left: int) -> tuple[list[dict[str, Any]], int]:
    """The first ``left`` inputs of a figure, with theirs, and how many more there may be; below zero where some were left out."""
    held: list[dict[str, Any]] = []
    for node in nodes:
        left -= 1
        if left < 0:
            break
        below, left = first_inputs(node.get("inputs", ()), left)
        held.append({**node, "inputs": below} if "inputs" in node else dict(node))
        if left < 0:
            break
    return held, left
