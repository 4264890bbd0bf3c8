"""Vintages of a source that are kept out of a build, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True)
class HeldVintage:
    """A vintage of a source that is kept out of builds: held back by admission, or rejected by a person.

    ``files`` are its raw files as (resource, SHA-256 of the payload); ``reasons`` are JSON objects with a ``sentence``, the
    worst first. It ``is_open`` until a person rejects it or a later vintage of all its resources is admitted.
    """

    vintage: date
    outcome: str
    files: tuple[tuple[str, str], ...]
    reasons: tuple[Mapping[str, Any], ...]
    is_open: bool

    @property
    def payloads(self) -> str:
        """The payloads as errors name them: resource and the beginning of the hash."""
        return ", ".join(f"{resource} sha256:{sha256[:12]}" for resource, sha256 in self.files)

    @property
    def resources(self) -> list[str]:
        """The resources that are kept out."""
        return sorted({resource for resource, _ in self.files})

    def sentences(self, most: int) -> list[str]:
        """The first reasons as sentences, and how many more there are."""
        first = [str(reason["sentence"]) for reason in self.reasons[:most]]
        return first + ([f"and {len(self.reasons) - most} more reasons"] if len(self.reasons) > most else [])

    def as_json(self) -> dict[str, Any]:
        """The JSON object that ``held_from`` reads."""
        return {
            "vintage": self.vintage.isoformat(),
            "outcome": self.outcome,
            "files": [list(item) for item in self.files],
            "reasons": [dict(item) for item in self.reasons],
            "open": self.is_open,
        }


def held_from(content: Mapping[str, Any]) -> HeldVintage:
    """The held vintage of a JSON object."""
    return HeldVintage(
        date.fromisoformat(content["vintage"]),
        content["outcome"],
        tuple((resource, sha256) for resource, sha256 in content["files"]),
        tuple(content["reasons"]),
        content["open"],
    )


def together(held: Sequence[HeldVintage]) -> HeldVintage:
    """Merge what is kept out of one vintage by several decisions."""
    files = tuple(sorted({key for item in held for key in item.files}))
    reasons = tuple(reason for item in held for reason in item.reasons)
    first = next((item for item in held if item.is_open), held[0])
    return HeldVintage(first.vintage, first.outcome, files, reasons, any(item.is_open for item in held))
