"""Audit of admission: the faults of new vintages, put into the vintages held, and whether each is held back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass

from orchestration.admission.new_vintage_faults import faults
from orchestration.admission.rehearsal import Base, cut_pairs, inject, is_held, real_pairs
from orchestration.core.settings import Settings
from orchestration.ingestion.selection import read_selection, selection_path
from orchestration.sources import load_sources


@dataclass(frozen=True)
class Rehearsed:
    """One fault in the vintages of one source: how many draws were put in, and how many held back."""

    source: str
    fault: str
    words: str
    drawn: int
    held: int

    def as_json(self) -> dict[str, str | int]:
        return asdict(self)


def rehearse(settings: Settings, draws: int) -> Iterator[Rehearsed]:
    """Every fault in the newest candidate of every source that would be admitted without it: a real pair where there is one,
    else the newest vintage against itself without its newest year."""
    for name in load_sources():
        base = _newest(name, settings)
        for fault in faults() if base else ():
            found = [one for number in range(draws) if base and (one := inject(base, fault, number))]
            if found:
                yield Rehearsed(name, fault.id, fault.words, len(found), sum(held for _, held in found))


def _newest(name: str, settings: Settings) -> Base | None:
    source = load_sources()[name]
    if not selection_path(settings, name).exists():
        return None
    files = [one for one in read_selection(settings, name).files if one.payload_sha256]
    pairs = [one for one in real_pairs(name, source, files, settings) if one.can_have_faults][-1:]
    pairs += [one for one in cut_pairs(name, source, files, settings, 3) if one.can_have_faults]
    return next((one for one in pairs if not is_held(one.case)), None)
