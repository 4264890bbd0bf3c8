"""Dagster's event log in SQLite files whose connections stay open and whose commits do not wait for the disk.

Dagster's own class opens several connections for each of the two thousand events of a refresh, and every commit waits
for the disk. Here a commit survives a killed process; after a power cut a run may lack its newest events. The files
stay whole, and no release depends on them.
"""

import os
import sqlite3
import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from dagster._core.storage.event_log import SqliteEventLogStorage
from dagster._core.storage.event_log.sqlite.sqlite_event_log import INDEX_SHARD_NAME, SqliteEventLogStorageWatchdog
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import StaticPool
from watchdog.events import FileSystemEvent
from watchdog.observers import Observer

MOST_OPEN = 4
"""Files that a process keeps open: the index, and those of the runs that it used last."""


class EventStorage(SqliteEventLogStorage):
    """Dagster's storage in the files of Dagster's own class, so that either can read what the other wrote.

    Several processes may use the files at once.
    """

    def __init__(self, base_dir: str, inst_data: Any = None) -> None:
        self._lock = threading.Lock()
        self._engines: OrderedDict[tuple[int, str], Engine] = OrderedDict()
        self._tables = set[str]()
        super().__init__(base_dir, inst_data)

    @classmethod
    def from_config_value(cls, inst_data: Any, config_value: Mapping[str, Any]) -> "EventStorage":
        """Return the storage that ``dagster.yaml`` configures."""
        return cls(inst_data=inst_data, **config_value)

    def run_connection(self, run_id: str | None = None) -> Any:
        return self._open(str(run_id or ""))

    def index_connection(self) -> Any:
        return self._open(INDEX_SHARD_NAME)

    def has_table(self, table_name: str) -> bool:
        """Return whether the index has a table; Dagster asks this for every event of a check."""
        if table_name not in self._tables and super().has_table(table_name):
            self._tables.add(table_name)
        return table_name in self._tables

    def watch(self, run_id: str, cursor: str | None, callback: Any) -> None:
        """Call back for each new event of a run, until ``end_watch``."""
        observer: Any = self._obs or Observer()
        if not self._obs:
            observer.start()
            self._obs = observer
        watcher = _Watcher(self, run_id, callback, cursor)
        self._watchers[run_id][callback] = (watcher, observer.schedule(watcher, self._base_dir, recursive=True))

    def wipe(self) -> None:
        self._close()
        super().wipe()

    def dispose(self) -> None:
        self._close()
        super().dispose()

    @contextmanager
    def _open(self, shard: str) -> Iterator[Connection]:
        with self._lock, self._engine(shard).begin() as connection:
            yield connection

    def _engine(self, shard: str) -> Engine:
        key = os.getpid(), shard  # SQLite allows no connection to be used on both sides of a fork
        if key not in self._engines:
            with self._connect(shard):  # Dagster's own connection, which makes the tables of a new file
                pass
            connect = {"timeout": SQLITE_BUSY_TIMEOUT_SECONDS, "check_same_thread": False}
            self._engines[key] = create_engine(
                self.conn_string_for_shard(shard), poolclass=StaticPool, connect_args=connect
            )
            event.listen(self._engines[key], "connect", _without_waiting)
        self._engines.move_to_end(key)
        if len(self._engines) > MOST_OPEN:
            self._engines.popitem(last=False)[1].dispose()
        return self._engines[key]

    def _close(self) -> None:
        with self._lock:
            while self._engines:
                self._engines.popitem()[1].dispose()


class _Watcher(SqliteEventLogStorageWatchdog):
    """Dagster's own, which also looks at the write-ahead log: new events are there until SQLite moves them over."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._patterns = [self._log_path, f"{self._log_path}-wal"]

    def on_modified(self, event: FileSystemEvent) -> None:
        self._process_log()


def _without_waiting(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute("pragma synchronous = normal")
