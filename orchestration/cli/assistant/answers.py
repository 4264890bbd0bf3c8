"""Answers of the tools: JSON objects with a summary, the release, and with what a metric means."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from orchestration.cli.describe import described
from orchestration.cli.show import STATUS_NAMES
from orchestration.core.errors import ReleaseError
from orchestration.releases.bounded_query import bounded_query, values
from orchestration.releases.release_store import Release

MOST_ROWS = 200
"""Rows of a query that are given."""
MOST_BYTES = 500_000
"""Bytes of the rows of a query; an assistant reads them all."""

BASES = {
    "reported": "as the area itself reports it",
    "mirrored": "the counterpart's report of the same flow, with the roles exchanged",
    "derived": "computed from other figures by the formula of the metric",
    "reconciled": "estimated from both reports, which are published beside it; not a report",
    "balanced": "estimated and balanced by OECD and WTO, also where nobody reported; not a report",
}
"""Words for the bases of figures."""

NEEDED = ("unit", "source", "vintage", "obs_status", "basis")
"""Columns without which a figure cannot be quoted."""


def answer(release: Release, summary: str, content: Mapping[str, Any]) -> str:
    """Return an answer as JSON: a summary in a sentence or two, the release, and the content."""
    named = {"id": release.id, "published_at": release.published_at, "as_of": release.as_of}
    return json.dumps({"summary": summary, "release": named, **content}, ensure_ascii=False, default=str)


def meaning(release: Release, table: str) -> dict[str, Any]:
    """Return what a table is: description, unit, formula, caveats, sources; without columns and citation, which may be long.

    Raises:
        ReleaseError: the release has no such table.
    """
    return without(described(release, table), "columns", "release", "cite_as")


def meanings(release: Release, sql: str) -> list[dict[str, Any]]:
    """Return the meaning of each metric that a query names, as a table or as a value."""
    words = {word.removeprefix("named_") for word in re.findall(r"\w+", sql.casefold())}
    return [meaning(release, metric) for metric in sorted(words & {*release.content["metrics"]})]


def words_of(rows: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, str]]:
    """Return the meaning of the statuses and bases that figures have."""
    pairs = [(row["obs_status"], row["basis"]) for row in rows]
    return {
        "statuses": {
            code: STATUS_NAMES.get(code, "see docs/figures.md") for code in sorted({code for code, _ in pairs})
        },
        "bases": {code: BASES.get(code, "see docs/figures.md") for code in sorted({code for _, code in pairs})},
    }


def first_rows(release: Release, sql: str) -> tuple[list[dict[str, Any]], Sequence[str], bool]:
    """Return the first rows of a query, its columns, and whether there are more rows.

    Raises:
        ReleaseError: DuckDB rejects the SQL, a limit is reached, or the rows are too large to be read.
    """
    first: list[dict[str, Any]] = []
    size, is_cut = 0, False
    with bounded_query(release.database, sql) as rows:
        names = rows.schema.names
        for batch in rows.batches:
            if is_cut := len(first) + batch.num_rows > MOST_ROWS:
                batch = batch.slice(0, MOST_ROWS - len(first))
            _require_small(size := size + batch.nbytes)
            first += (dict(zip(names, row, strict=True)) for row in zip(*map(values, batch.columns), strict=True))
            if is_cut:
                break
    text = json.dumps(first, default=str)
    _require_small(len(text))
    return json.loads(text, parse_constant=lambda _: None), names, is_cut  # NaN and infinity are null


def _require_small(size: int) -> None:
    if size > MOST_BYTES:
        raise ReleaseError(
            f"the rows of the answer take {size:,} bytes; the limit is {MOST_BYTES:,}",
            remedy="select fewer columns or rows, or aggregate",
        )


def without(content: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """Return an object without some of its fields."""
    return {name: value for name, value in content.items() if name not in names}
