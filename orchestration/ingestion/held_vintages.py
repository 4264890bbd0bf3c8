"""Vintages of a source that are kept out of a build, and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from pydantic import Field, TypeAdapter

from orchestration.contracts.payload import short_hash
from orchestration.core.text import with_noun


@dataclass(frozen=True)
class HeldVintage:
    """A vintage of a source that is kept out of builds: held back by admission, or rejected by a person.

    ``files`` are its raw files as (resource, SHA-256 of the payload); ``reasons`` are JSON objects with a ``sentence``,
    the worst first. It ``is_open`` until a person rejects it or a later vintage of all its resources is admitted.
    """

    vintage: date
    outcome: str
    files: tuple[tuple[str, str], ...]
    reasons: tuple[Mapping[str, Any], ...]
    is_open: Annotated[bool, Field(alias="open")]

    @property
    def payloads(self) -> str:
        """Return the payloads as errors name them: resource and the beginning of the hash."""
        return ", ".join(f"{resource} sha256:{short_hash(sha256)}" for resource, sha256 in self.files)

    @property
    def resources(self) -> list[str]:
        """Return the resources that are kept out."""
        return sorted({resource for resource, _ in self.files})

    def sentences(self, most: int = 1) -> list[str]:
        """Return the first reasons as sentences, and how many more there are."""
        first = [str(reason["sentence"]) for reason in self.reasons[:most]]
        others = self.reasons[most:]
        return [*first, f"and {with_noun(len(others), 'more reason')}"] if others else first

    def as_json(self) -> dict[str, Any]:
        """Return the JSON object that ``held_from`` reads."""
        content: dict[str, Any] = _ADAPTER.dump_python(self, mode="json", by_alias=True)
        return content


_ADAPTER = TypeAdapter(HeldVintage)


def held_from(content: Mapping[str, Any]) -> HeldVintage:
    """Return the held vintage of a JSON object."""
    return _ADAPTER.validate_python(content)
