"""How a table of a release is cited, and the licences that its figures come under."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass

from orchestration.contracts.payload import Origin

LONGEST = 600
"""Characters of a citation in which every work is named; more works are counted by publisher."""


@dataclass(frozen=True)
class Edition:
    """What the files of a release state about it: its id, its moment in ISO 8601, and the payloads that it was made of."""

    id: str
    published_at: str
    origins: tuple[Origin, ...]

    def citation_of(self, table: str, sources: Sequence[str], payloads: Container[str]) -> str:
        """Return the citation of a table that is made of these payloads of these sources; many works are counted by publisher."""
        works = self._cited(sources, payloads)
        full = citation(self.id, self.published_at, table, sorted({work for _, work in works}))
        if len(full) <= LONGEST:
            return full
        counts = Counter(publisher for publisher, _ in works)
        names = (f"{name} ({count} works)" if count > 1 else name for name, count in sorted(counts.items()))
        return citation(self.id, self.published_at, table, names)

    def works_of(self, sources: Sequence[str], payloads: Container[str]) -> tuple[str, ...]:
        """Return how the publishers ask to be cited, each once, in alphabetical order."""
        return tuple(sorted({work for _, work in self._cited(sources, payloads)}))

    def licences_of(self, sources: Sequence[str]) -> tuple[str, ...]:
        """Return the licences that the payloads of these sources came under, in alphabetical order."""
        return tuple(sorted({origin.licence for origin in self.origins if origin.source in sources}))

    def _cited(self, sources: Sequence[str], payloads: Container[str]) -> set[tuple[str, str]]:
        of_sources = [origin for origin in self.origins if origin.source in sources]
        # a table of differences between vintages, such as revisions, names no payload: all works of its sources are cited
        behind = [origin for origin in of_sources if origin.sha256 in payloads] or of_sources
        return {(origin.publisher, origin.citation) for origin in behind}


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


def bibtex(release_id: str, published_at: str, table: str, works: Iterable[str]) -> str:
    """Return BibTeX entries: one of the table, and one of each work that it is made from."""
    year, key = published_at[:4], re.sub(r"[^a-z0-9]+", "", table.lower())
    entries = [
        f"@misc{{bilateral_{key}_{year},\n  title = {{Bilateral, table {_escaped(table)}}},\n  year = {{{year}}},\n"
        f"  note = {{Release {_escaped(release_id)}}}\n}}"
    ]
    for number, work in enumerate(works, start=1):
        entries.append(f"@misc{{bilateral_{key}_{year}_{number},\n  note = {{{_escaped(work)}}}\n}}")
    return "\n\n".join(entries)


def _escaped(text: str) -> str:
    return re.sub(r"([&%$#_{}~^\\])", r"\\\1", text)
