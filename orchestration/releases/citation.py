"""How to cite a table of a release: its name, the release, and the works that its figures come from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from orchestration.contracts.payload import Origin


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
