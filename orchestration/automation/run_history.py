"""Dagster's history of runs in SQLite files: connections that stay open, no wait for the disk, and all that a run plans in one transaction.

Dagster's own class opens a connection for each event, and SQLite waits for the disk when it commits and when it closes. A refresh
stores some thousand events; a person who starts a run waits until one for each table and check that it plans is stored. Here a commit is
in the file before the next statement, also when the process is killed; where the power fails, the last events of a run may be
missing, and the files stay whole.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, cast

from dagster._core.storage.event_log import SqliteEventLogStorage
from dagster._core.storage.event_log.sqlite.sqlite_event_log import INDEX_SHARD_NAME, SqliteEventLogStorageWatchdog
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import StaticPool
from watchdog.events import FileSystemEvent
from watchdog.observers import Observer

MOST_OPEN = 8
"""Files that one process keeps open at most: the index, and those of the runs that it used last."""


class RunHistory(SqliteEventLogStorage):
    """Dagster's own storage in its own files: ``$DAGSTER_HOME/history/runs/<run>.db`` and an index.

    A batch of events is stored whole or not at all.
    """

    def __init__(self, base_dir: str, inst_data: Any = None) -> None:
        self._lock, self._held = threading.RLock(), dict[str, Any]()
        self._engines: OrderedDict[tuple[int, str], Engine] = OrderedDict()
        self._tables = set[str]()
        super().__init__(base_dir, inst_data)
        self._db_lock = cast("Any", self._lock)  # a thread may hold both files

    @classmethod
    def from_config_value(cls, inst_data: Any, config_value: Any) -> RunHistory:
        return cls(inst_data=inst_data, **config_value)

    def store_event_batch(self, events: Sequence[Any]) -> None:
        """Store events of one run."""
        shards = {event.run_id for event in events}
        if len(shards) > 1:
            return super().store_event_batch(events)
        (run_id,) = shards
        with self._connect(run_id) as run, self._connect(INDEX_SHARD_NAME) as index:
            self._held = {run_id: run, INDEX_SHARD_NAME: index}
            try:
                return super().store_event_batch(events)
            finally:
                self._held = {}

    def has_table(self, table_name: str) -> bool:
        """Whether the index has a table. What it has it keeps, and Dagster asks with every event of a check."""
        if table_name not in self._tables and super().has_table(table_name):
            self._tables.add(table_name)
        return table_name in self._tables

    def watch(self, run_id: str, cursor: str | None, callback: Any) -> None:
        """Call back for each event of a run from now on, until ``end_watch``."""
        observer: Any = self._obs or Observer()
        if not self._obs:
            observer.start()
            self._obs = observer
        watcher = _Watcher(self, run_id, callback, cursor)
        self._watchers[run_id][callback] = (watcher, observer.schedule(watcher, self._base_dir, recursive=True))

    def wipe(self) -> None:
        """Remove all events."""
        self._close()
        super().wipe()

    def dispose(self) -> None:
        """Close all files."""
        self._close()
        super().dispose()

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        with self._lock:  # what is held is of the thread that has the lock
            if shard in self._held:
                yield self._held[shard]
            else:
                with self._engine(shard).connect() as connection, connection.begin():
                    yield connection

    def _engine(self, shard: str) -> Engine:
        key = os.getpid(), shard  # a connection must not be used on both sides of a fork
        if key not in self._engines:
            self._engines[key] = self._opened(shard)
        self._engines.move_to_end(key)
        if len(self._engines) > MOST_OPEN:
            self._engines.popitem(last=False)[1].dispose()
        return self._engines[key]

    def _opened(self, shard: str) -> Engine:
        engine = create_engine(
            self.conn_string_for_shard(shard),
            poolclass=StaticPool,
            connect_args={"timeout": SQLITE_BUSY_TIMEOUT_SECONDS, "check_same_thread": False},
        )
        event.listen(engine, "connect", _without_waiting)
        if shard not in self._initialized_dbs:
            self._initdb(engine)
            self._initialized_dbs.add(shard)
        return engine

    def _close(self) -> None:
        with self._lock:
            while self._engines:
                self._engines.popitem()[1].dispose()


class _Watcher(SqliteEventLogStorageWatchdog):
    """Dagster's own, which looks when a run's file changes; events are in the file beside it until SQLite moves them over."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self._patterns = [self._log_path, f"{self._log_path}-wal"]

    def on_modified(self, event: FileSystemEvent) -> None:
        self._process_log()


def _without_waiting(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute("pragma synchronous = normal")
