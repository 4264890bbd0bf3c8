"""The folder of the pages of a release, and what every kind of page is written from."""

from collections import deque
from collections.abc import Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from pathlib import Path

from duckdb import DuckDBPyConnection

from orchestration.core.files import write_text
from orchestration.site.pairs import Economy, Pair
from orchestration.site.release_context import ReleaseContext

MOST_PENDING = 64
"""Files that wait to be written at most, so that a slow disk slows the pages and does not fill the memory."""


@dataclass(frozen=True)
class Site:
    """The data and the folder that every kind of page is written with.

    Args:
        folder: ``site/`` of the release's folder.
        economies: every country with a figure in a metric, by name.
        pairs: every pair of countries with a figure between the two, most figures first.
    """

    folder: Path
    connection: DuckDBPyConnection
    context: ReleaseContext
    economies: Sequence[Economy]
    pairs: Sequence[Pair]
    pool: Executor
    pending: deque[Future[None]] = field(default_factory=deque)

    def write(self, name: str, content: str) -> None:
        """Write a file of the site; another thread syncs it to disk, so that it may be missing on return."""
        while len(self.pending) >= MOST_PENDING:
            self.pending.popleft().result()
        self.pending.append(self.pool.submit(write_text, self.folder / name, content))

    def finish(self) -> None:
        """Wait until every file is on disk. Raises what a write raised."""
        for future in self.pending:
            future.result()
