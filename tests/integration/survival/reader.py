"""Readers of releases in a process of their own: each opens the current one, runs several queries, rests, and begins again.

``python reader.py <releases> <stop file> <readers>``. It ends with 1 at an error, or when one release gave two answers; and by
itself when the process that started it is gone.
"""

from __future__ import annotations

import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb

REST = 0.2
"""Seconds between two visits of a reader: thirty people, not thirty loads on the machine."""


def ask(folder: Path) -> set[float]:
    """Return the values in the tables of a release, by DuckDB and Parquet; a whole release has one."""
    seen: set[float] = set()
    with duckdb.connect(str(folder / "warehouse.duckdb"), read_only=True) as connection:
        for table in ("synthetic_metric", "fct_synthetic"):
            seen.update(row[0] for row in connection.execute(f"select max(value) from {table}").fetchall())
        for table in ("synthetic_metric", "metric_vintages", "fct_synthetic"):
            path = str(folder / "parquet" / f"{table}.parquet")
            seen.update(
                row[0] for row in connection.execute("select max(value) from read_parquet(?)", [path]).fetchall()
            )
    return seen


def read(releases: Path, stop: Path) -> tuple[int, set[float]]:
    """Ask until stopped; return how often, and all answers.

    Raises:
        ValueError: one release gave two answers.
    """
    questions, answers, parent = 0, set[float](), os.getppid()
    while (not stop.exists() and os.getppid() == parent) or not questions:
        seen = ask((releases / "current").resolve())
        if len(seen) != 1:
            raise ValueError(f"a mixed release: {seen}")
        questions, answers = questions + 1, answers | seen
        time.sleep(REST)
    return questions, answers


def main() -> None:
    releases, stop, readers = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    with ThreadPoolExecutor(readers) as pool:
        for reader in [pool.submit(read, releases, stop) for _ in range(readers)]:
            questions, answers = reader.result()
            print(questions, len(answers))


if __name__ == "__main__":
    main()
