"""How a table of a release is cited, and the licences that its figures come under."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass

from orchestration.contracts.payload import Origin

LONGEST = 600
"""Characters of a citation at most; more works are counted by publisher."""


@dataclass(frozen=True)
class Edition:
    """What the files of a release say of it: its id, its moment in ISO 8601, and the payloads that it was made of."""

    id: str
    published_at: str
    origins: tuple[Origin, ...]

    def citation_of(self, table: str, sources: Sequence[str], payloads: Container[str]) -> str:
        """Return the citation of a table that is made of these payloads of these sources, in at most ``LONGEST`` characters."""
        full = citation(self.id, self.published_at, table, self.works_of(sources, payloads))
        if len(full) <= LONGEST:
            return full
        counts = Counter(one.publisher for one in self._cited(sources, payloads))
        short = [f"{name} ({count} works)" if count > 1 else name for name, count in sorted(counts.items())]
        brief = citation(self.id, self.published_at, table, short)
        return brief if len(brief) <= LONGEST else f"{brief[: LONGEST - 1].rpartition('; ')[0]}; and others."

    def works_of(self, sources: Sequence[str], payloads: Container[str]) -> tuple[str, ...]:
        """Return how the publishers ask to be cited, each once, in alphabetical order."""
        return tuple(sorted({origin.citation for origin in self._cited(sources, payloads)}))

    def _cited(self, sources: Sequence[str], payloads: Container[str]) -> Sequence[Origin]:
        of_sources = [origin for origin in self.origins if origin.source in sources]
        # a table of differences between vintages, such as revisions, names no payload: all works of its sources are cited
        behind = [origin for origin in of_sources if origin.sha256 in payloads] or of_sources
        cited = {(origin.publisher, origin.citation): origin for origin in behind}
        return [cited[key] for key in sorted(cited)]

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


def bibtex(release_id: str, published_at: str, table: str, works: Iterable[str]) -> str:
    """Return BibTeX entries: one of the table, and one of each work that it is made from."""
    year, key = published_at[:4], re.sub(r"[^a-z0-9]+", "", table.lower())
    entries = [
        f"@misc{{bilateral_{key}_{year},\n  title = {{Bilateral, table {_braced(table)}}},\n  year = {{{year}}},\n"
        f"  note = {{Release {_braced(release_id)}}}\n}}"
    ]
    for number, work in enumerate(works, start=1):
        entries.append(f"@misc{{bilateral_{key}_{year}_{number},\n  note = {{{_braced(work)}}}\n}}")
    return "\n\n".join(entries)


def _braced(words: str) -> str:
    return re.sub(r"([&%$#_{}~^\\])", r"\\\1", words)
