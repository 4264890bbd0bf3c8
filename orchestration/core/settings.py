"""Every path and switch, from the environment (BILATERAL_*), except secrets."""

from __future__ import annotations

import os
import re
import sysconfig
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Literal

from orchestration.core.errors import BilateralError
from orchestration.core.outside import project_root
from orchestration.core.versions import require_readable_folder

ENGINE = "BILATERAL_ENGINE"
"""The environment variable with the name of the engine that runs the dbt project; see transform/engines."""

PAGES = "/pages"
"""Beginning of the paths by which the UI links to the pages; relative links work on any host and port."""

FEEDS = ("bundle", "live", "landing")
"""The files in git; the publishers; or the payload store, without a request to anybody."""


@dataclass(frozen=True)
class _Folder:
    """A folder below another one of the settings."""

    base: Literal["root", "data"]
    path: str

    def __get__(self, settings: Settings, owner: type) -> Path:
        base: Path = getattr(settings, self.base)
        return base / self.path


@dataclass(frozen=True)
class Settings:
    """Folders and switches. ``root`` is that of ``project_root``; ``data`` has everything made at run time.

    ``live_sources`` are the ids of the sources that the live feed requests; empty for all of them. ``as_of`` is the day
    as of whose end the warehouse is built, or None for today. ``store`` is the URL of object storage that keeps landing
    and raw, or empty.
    """

    root: Path
    data: Path
    feed: str = "bundle"
    live_sources: frozenset[str] = frozenset()
    as_of: date | None = None
    engine: str = "duckdb"
    store: str = ""

    @classmethod
    def from_environment(cls) -> Settings:
        """Return the settings of BILATERAL_ROOT, _DATA, _FEED, _LIVE_SOURCES, _ENGINE and _STORE, or the defaults.

        Raise BilateralError if BILATERAL_FEED is not a feed, SOURCE_DATE_EPOCH is not a number, or the data folder has
        a later format or a path that databases cannot open.
        """
        root = Path(os.environ.get("BILATERAL_ROOT") or Path(__file__).resolve().parents[2])
        data = Path(os.environ.get("BILATERAL_DATA") or root / "data").absolute()
        feed = os.environ.get("BILATERAL_FEED", "bundle")
        if feed not in FEEDS:
            failure = f"BILATERAL_FEED is {feed!r}; it must be one of {', '.join(FEEDS)}"
            raise BilateralError(failure, remedy="correct or unset it")
        if re.search(r"\?|%[0-9A-Fa-f]{2}", str(data)):
            failure = (
                "the path of the data folder has a ? or an escape such as %20, which databases read as parts of a URL"
            )
            raise BilateralError(
                f"{failure}: {data}", remedy="rename the folder, or choose another one with BILATERAL_DATA"
            )
        now()  # a wrong SOURCE_DATE_EPOCH is refused before any work
        require_readable_folder(data)
        names = map(str.strip, os.environ.get("BILATERAL_LIVE_SOURCES", "").split(","))
        engine, store = os.environ.get(ENGINE) or cls.engine, os.environ.get("BILATERAL_STORE", "")
        return cls(project_root(root, data), data, feed, frozenset(filter(None, names)), engine=engine, store=store)

    def fetches_live(self, source_id: str) -> bool:
        """Return whether a refresh requests this source from its publisher over the network."""
        return self.feed == "live" and self.as_of is None and (not self.live_sources or source_id in self.live_sources)

    bundle = _Folder("root", "data/bundle")
    claims = _Folder("root", "data/claims")
    corrections = _Folder("root", "data/corrections")
    expectations = _Folder("root", "expectations")
    dbt_project = _Folder("root", "dbt_project")
    landing = _Folder("data", "landing")
    raw = _Folder("data", "raw")
    releases = _Folder("data", "releases")
    drop = _Folder("data", "drop")
    pace = _Folder("data", "pace")  # requests and bans of publishers
    run_locks = _Folder("data", "run_locks")  # a file for each run at work, whose lock its process holds
    alerts = _Folder("data", "alerts")  # open problems and undelivered messages

    @property
    def selection_file(self) -> str:
        """File in a source's raw folder with the last ingest's selection for builds of this day."""
        return "selection_as_of.json" if self.as_of else "selection.json"

    @property
    def build(self) -> Path:
        return self.data / "build" / "as_of" if self.as_of else self.data / "build"

    @property
    def parsed(self) -> Path:
        """Folder of dbt's parse of the project: one for every day, another for each engine."""
        return self.data / "build" / f"parsed_{self.engine}"

    @property
    def dagster_home(self) -> Path:
        return Path(os.environ.get("DAGSTER_HOME") or self.data / "dagster")


def ensure_home() -> None:
    """Point HOME into the data folder where the system knows no home, as in containers and under hardened units.

    Libraries look for one when they load, and keep a cache there.
    """
    try:
        Path.home()
    except RuntimeError:
        home = Settings.from_environment().data / "home"
        home.mkdir(parents=True, exist_ok=True)
        os.environ["HOME"] = str(home)


def program(name: str) -> Path:
    """Return a program of the environment that this code runs in, whatever PATH says."""
    return Path(sysconfig.get_path("scripts")) / name


def now() -> datetime:
    """Return the present moment in UTC, or SOURCE_DATE_EPOCH where it is set, which repeats a build to the byte."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    try:
        return datetime.fromtimestamp(int(epoch), UTC) if epoch else datetime.now(UTC)
    except (ValueError, OverflowError, OSError):
        failure = f"SOURCE_DATE_EPOCH is {epoch!r}; it must be a number of seconds since 1970"
        raise BilateralError(failure, remedy="unset it, or set it to a whole number such as 1782864000") from None
