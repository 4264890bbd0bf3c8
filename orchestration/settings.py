"""Every path and switch, from the environment (BILATERAL_*). Secrets are read where they are sent, never kept here."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from orchestration.errors import BilateralError

FEEDS = ("bundle", "live")


@dataclass(frozen=True)
class Settings:
    """Where things are. ``root`` is the checkout; ``data`` holds what is made at run time."""

    root: Path
    data: Path
    feed: str = "bundle"

    @classmethod
    def from_environment(cls) -> Settings:
        """Settings from BILATERAL_ROOT, BILATERAL_DATA and BILATERAL_FEED, with the checkout and its data/ as defaults.

        Raises:
            BilateralError: BILATERAL_FEED names no feed.
        """
        root = Path(os.environ.get("BILATERAL_ROOT") or Path(__file__).resolve().parent.parent)
        data = Path(os.environ.get("BILATERAL_DATA") or root / "data").absolute()
        feed = os.environ.get("BILATERAL_FEED", "bundle")
        if feed not in FEEDS:
            raise BilateralError(
                f"BILATERAL_FEED is one of {', '.join(FEEDS)}; seen {feed!r}", remedy="correct or unset it"
            )
        return cls(root=root, data=data, feed=feed)

    @property
    def bundle(self) -> Path:
        return self.root / "data" / "bundle"

    @property
    def claims(self) -> Path:
        return self.root / "data" / "claims"

    @property
    def expectations(self) -> Path:
        return self.root / "expectations"

    @property
    def dbt_project(self) -> Path:
        return self.root / "dbt_project"

    @property
    def landing(self) -> Path:
        return self.data / "landing"

    @property
    def raw(self) -> Path:
        return self.data / "raw"

    @property
    def build(self) -> Path:
        return self.data / "build"

    @property
    def releases(self) -> Path:
        return self.data / "releases"

    @property
    def drop(self) -> Path:
        return self.data / "drop"

    @property
    def pace(self) -> Path:
        """What is remembered of publishers' pace and bans."""
        return self.data / "pace"

    @property
    def dagster_home(self) -> Path:
        return Path(os.environ.get("DAGSTER_HOME") or self.data / "dagster")


def now() -> datetime:
    """The present moment in UTC, or SOURCE_DATE_EPOCH where it is set, so that a build can be repeated to the byte."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if epoch:
        return datetime.fromtimestamp(int(epoch), UTC)
    return datetime.now(UTC)
