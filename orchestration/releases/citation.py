"""How a table of a release is cited, and the licences that its figures come under."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from orchestration.contracts.payload import Origin


@dataclass(frozen=True)
class Edition:
    """What the files of a release say of it: its id, its moment in ISO 8601, and the payloads that it was made of."""

    id: str
    published_at: str
    origins: tuple[Origin, ...]

    def citation_of(self, table: str, sources: Sequence[str]) -> str:
        """How to cite a table that is made of these sources."""
        return citation(self.id, self.published_at, table, self.works_of(sources))

    def works_of(self, sources: Sequence[str]) -> tuple[str, ...]:
        """How the publishers of these sources ask to be cited, in alphabetical order."""
        return tuple(works_of(self.origins, sources))

    def licences_of(self, sources: Sequence[str]) -> tuple[str, ...]:
        """The licences that the payloads of these sources came under, in alphabetical order."""
        return tuple(sorted({origin.licence for origin in self.origins if origin.source in sources}))


def citation(release_id: str, published_at: str, table: str, works: Iterable[str]) -> str:
    """One line for a list of references.

    Args:
        published_at: the release's moment in ISO 8601; its day is cited.
        works: the publishers' own citations, as ``works_of`` gives them.
    """
    made = "; ".join(work.rstrip(". ") for work in works)
    return f"Bilateral, table {table}, release {release_id}, {published_at[:10]}." + (
        f" Made from: {made}." if made else ""
    )


def works_of(origins: Iterable[Origin], sources: Sequence[str]) -> list[str]:
    """The citations of every payload of these sources, each once, in alphabetical order."""
    return sorted({origin.citation for origin in origins if origin.source in sources})
