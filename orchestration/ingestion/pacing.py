"""Pace and bans of publishers, recorded in files for all processes and restarts."""

import math
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
from filelock import FileLock

from orchestration.contracts.source import Card, Pace
from orchestration.core.errors import FeedError
from orchestration.core.files import parsed_json, read_regular, remove, write_json
from orchestration.core.progress import log

MINUTE, HOUR = 60.0, 3600.0
LONGEST_PAUSE = 7 * 24 * HOUR
"""Seconds; a longer pause is cut to this one."""
_LARGEST = 1 << 20
"""Most bytes of a record; an hour of requests has fewer."""
LONGEST_SILENT_WAIT = 5.0
"""Seconds; a longer wait is announced on the terminal."""

_EVERY_FILE = "*"


class Clock:
    """Time in seconds and waiting; tests replace it."""

    def now(self) -> float:
        return time.time()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


@dataclass
class _HostRecord:
    """The record of one host: [moment, bytes] of the last hour's exchanges, and bans by address."""

    exchanges: list[tuple[float, int]] = field(default_factory=list)
    bans: dict[str, dict[str, Any]] = field(default_factory=dict)


@dataclass
class Turn:
    """The right to send one request now; the sender sets the bytes received and, if it is banned, for how long and
    why."""

    bytes: int = 0
    ban_seconds: float | None = None
    why: str = ""


class Pacer:
    """Keeps ``<folder>/<host>.json`` and its lock: one request at a time per host, over all processes."""

    def __init__(self, folder: Path, clock: Clock | None = None) -> None:
        self.folder = folder
        self.clock = clock or Clock()

    @contextmanager
    def turn(self, card: Card, url: str) -> Iterator[Turn]:
        """Wait until a request may be sent; the block is the exchange.

        Raises:
            FeedError: the publisher has banned its callers and the ban has not ended.
        """
        host = re.sub(r"[^a-z0-9.-]", "_", httpx.URL(url).host.lower()) or "_"
        path = self.folder / f"{host}.json"
        with FileLock(path.with_suffix(".lock")):
            record = self._read(path, card)
            self._refuse_banned(card, url, record, path)
            if (seconds := wait_needed(card.pace, record.exchanges, self.clock.now())) > LONGEST_SILENT_WAIT:
                log.info(f"wait     {card.id}: {seconds:.0f} s to keep to {card.pace}")
            if seconds > 0:
                self.clock.sleep(seconds)
            record.exchanges.append((self.clock.now(), 0))
            write_json(path, asdict(record))
            turn = Turn()
            try:
                yield turn
            finally:
                record.exchanges[-1] = (self.clock.now(), turn.bytes)
                if turn.ban_seconds is not None:
                    scope = url if card.pace.ban_is_per_file else _EVERY_FILE
                    record.bans[scope] = {"until": self.clock.now() + turn.ban_seconds, "why": turn.why}
                write_json(path, asdict(record))

    def _refuse_banned(self, card: Card, url: str, record: _HostRecord, path: Path) -> None:
        if ban := record.bans.get(_EVERY_FILE) or record.bans.get(url):
            until = f"{datetime.fromtimestamp(math.ceil(ban['until']), UTC):%Y-%m-%d %H:%M:%S} UTC"
            raise FeedError(
                f"the publisher has banned its callers until {until}: it answered {ban['why']}; no request is sent "
                "before the ban ends",
                publisher=card.publisher,
                payload=url,
                remedy=f"run the refresh again after {until}; if the publisher has lifted the ban, remove "
                f"{path.parent.name}/{path.name} from the data folder",
            )

    def _read(self, path: Path, card: Card) -> _HostRecord:
        """Return the record; an unreadable one is replaced, as if a request had just been sent."""
        now = self.clock.now()
        longest = now + HOUR + max(LONGEST_PAUSE, card.pace.ban_seconds or 0.0)
        try:
            content = parsed_json(read_regular(path, _LARGEST))
            recent = [(float(t), int(size)) for t, size in content["exchanges"] if now - HOUR < float(t) <= now]
            bans = {scope: ban for scope, ban in content["bans"].items() if now < float(ban["until"]) <= longest}
            return _HostRecord(recent, bans)
        except FileNotFoundError:
            return _HostRecord()
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            log.info(
                f"pace     {card.id}: {path.parent.name}/{path.name} cannot be read ({type(error).__name__}: {error}); "
                "it is replaced by an empty one, and a ban that was in it is forgotten"
            )
            remove(path)
            return _HostRecord([(now, 0)])


def wait_needed(pace: Pace, exchanges: list[tuple[float, int]], now: float) -> float:
    """Return the seconds to wait before the next request; ``exchanges`` are (moment, bytes) until ``now``, in order."""
    waits = [0.0]
    if exchanges:
        waits.append(exchanges[-1][0] + pace.seconds_between - now)
    for limit, window in ((pace.requests_per_minute, MINUTE), (pace.requests_per_hour, HOUR)):
        if limit and len(exchanges) >= limit:
            waits.append(exchanges[-limit][0] + window - now)
    if pace.megabytes_per_minute:
        total = 0
        for moment, size in reversed(exchanges):
            total += size
            if total >= pace.megabytes_per_minute * 1_000_000:
                waits.append(moment + MINUTE - now)
                break
    return max(waits)
