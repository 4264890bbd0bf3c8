"""Expected answers of the query page: the rows of DuckDB in Python, as text."""

from __future__ import annotations

from decimal import Decimal

from orchestration.releases.release_store import Release, open_read_only

Rows = list[list[str | None]]

ROWS = """[...document.querySelectorAll('#rows tbody tr')].map(row => [...row.cells].map(cell =>
  cell.classList.contains('none') ? null : cell.querySelector('data') ? cell.querySelector('data').value : cell.textContent))"""
"""The exact values of the table of the answer, in JavaScript."""

ENDED = "#run:not([disabled])"

TIES = {"08_how_much_was_revised"}
"""Questions that round a value which ends in a 5 beyond the last digit: DuckDB 1.4 in the page multiplies first and rounds
128.035 up, DuckDB 2.0 sees that it is stored as less."""


def rows_in_python(release: Release, sql: str) -> Rows:
    """The rows of a query on the release's database."""
    with open_read_only(release.database) as connection:
        found = connection.execute(f"with asked as ({sql}) select columns(*)::varchar from asked").fetchall()
    return [list(row) for row in found]


def differences(question: str, page: Rows, python: Rows) -> list[tuple[object, object]]:
    """Values that differ; in a question with ties, by more than one in the second digit."""
    assert len(page) == len(python)
    pairs = [pair for mine, theirs in zip(page, python, strict=True) for pair in zip(mine, theirs, strict=True)]
    found = [(one, other) for one, other in pairs if one != other]
    if question in TIES:
        return [(one, other) for one, other in found if not one or not other or _apart(one, other) > Decimal("0.01")]
    return list(found)


def _apart(one: str, other: str) -> Decimal:
    return abs(Decimal(one) - Decimal(other))
