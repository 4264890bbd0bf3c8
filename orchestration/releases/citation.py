"""How a table of a release is cited, and the licences that its figures come under."""

from collections import Counter
from collections.abc import Collection, Container, Iterable
from dataclasses import dataclass
from typing import Any

from orchestration.contracts.payload import Origin

LONGEST = 600
"""Characters of a citation in which every work is named; more works are counted by publisher."""


@dataclass(frozen=True)
class Edition:
    """What the files of a release state about it: its id, its moment in ISO 8601, and the payloads that it was made of."""

    id: str
    published_at: str
    origins: tuple[Origin, ...]

    def cited(self, table: str, sources: Collection[str], payloads: Container[str]) -> dict[str, Any]:
        """Return sources, licences and citation of a table that is made of these payloads of these sources.

        Many works are counted by publisher. A table that names no payload, such as revisions, cites all works of its sources.
        """
        own = [origin for origin in self.origins if origin.source in sources]
        works = {origin.citation for origin in own if origin.sha256 in payloads} or {origin.citation for origin in own}
        shown = ("title", "path", "source", "citation")
        kept = (entry for entry in self.sources() if entry["source"] in sources and entry["citation"] in works)
        entries = {tuple(entry[name] for name in shown) for entry in kept}
        full = citation(self.id, self.published_at, table, sorted(works))
        if len(full) > LONGEST:
            counts = Counter(title for title, _ in {(title, work) for title, _, _, work in entries})
            names = (f"{name} ({count} works)" if count > 1 else name for name, count in sorted(counts.items()))
            full = citation(self.id, self.published_at, table, names)
        return {
            "sources": [dict(zip(shown, entry, strict=True)) for entry in sorted(entries)],
            "licences": sorted({origin.licence for origin in own}),
            "citation": full,
        }

    def sources(self) -> list[dict[str, str]]:
        """Return an entry for each publisher, licence and citation; a source may provide the works of several publishers."""
        urls: dict[tuple[str, ...], str] = {}
        for origin in self.origins:
            key = (origin.source, origin.publisher, origin.licence, origin.citation)
            urls[key] = min(urls.get(key, origin.url), origin.url)
        return [
            {"title": publisher, "path": url, "source": source, "licence": licence, "citation": work}
            for (source, publisher, licence, work), url in sorted(urls.items())
        ]


def citation(release_id: str, published_at: str, table: str, works: Iterable[str]) -> str:
    """One line for a list of references.

    Args:
        published_at: the release's moment in ISO 8601; its day is cited.
        works: the publishers' own citations.
    """
    made = "; ".join(work.rstrip(". ") for work in works)
    return f"Bilateral, table {table}, release {release_id}, {published_at[:10]}." + (
        f" Made from: {made}." if made else ""
    )
