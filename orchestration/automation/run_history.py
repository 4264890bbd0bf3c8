"""Dagster's history of runs in SQLite files, with what a run plans stored in one transaction in place of thousands.

A person who starts a run waits until Dagster has stored one event for each table and check that it plans.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, cast

import dagster as dg
from dagster._core.instance.config import dagster_instance_config
from dagster._core.instance.ref import InstanceRef
from dagster._core.storage.event_log import SqliteEventLogStorage
from dagster._core.storage.event_log.sqlite.sqlite_event_log import INDEX_SHARD_NAME
from dagster._serdes import ConfigurableClassData


class RunHistory(SqliteEventLogStorage):
    """Dagster's own storage; a batch of events shares one connection to each of its files, and all of them are stored or none."""

    def __init__(self, base_dir: str, inst_data: Any = None) -> None:
        self._lock, self._held = threading.RLock(), dict[str, Any]()
        super().__init__(base_dir, inst_data)
        self._db_lock = cast("Any", self._lock)  # a thread may hold both files

    @classmethod
    def from_config_value(cls, inst_data: Any, config_value: Any) -> RunHistory:
        return cls(inst_data=inst_data, **config_value)

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Any]:
        with self._lock:  # what is held is of the thread that has the lock
            if shard in self._held:
                yield self._held[shard]
            else:
                with super()._connect(shard) as connection:
                    yield connection

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


def open_instance() -> dg.DagsterInstance:
    """The instance of DAGSTER_HOME. Where its history is in SQLite files, it is stored by ``RunHistory``."""
    home = os.environ["DAGSTER_HOME"]
    config, _ = dagster_instance_config(home)
    if "storage" in config:
        return dg.DagsterInstance.get()
    default = cast("ConfigurableClassData", InstanceRef.from_dir(home).event_storage_data)
    overrides = {
        "event_log_storage": {
            "module": __name__,
            "class": RunHistory.__name__,
            "config": {"base_dir": default.config_dict["base_dir"]},
        }
    }
    return dg.DagsterInstance.from_ref(InstanceRef.from_dir(home, overrides=overrides))
