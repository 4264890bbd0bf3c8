"""Audit of admission: the faults of new vintages, put into the vintages held, and whether each is held back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

from orchestration.admission.new_vintage_faults import faults
from orchestration.admission.rehearsal import Base, cut_pairs, inject, is_held, real_pairs
from orchestration.core.errors import GuardError
from orchestration.core.settings import Settings
from orchestration.ingestion.selection import read_selection, selection_path
from orchestration.sources import load_sources

LEAST_HELD = 0.97
"""The share of faults that touch a vintage at large that must be held back."""


@dataclass(frozen=True)
class Rehearsed:
    """One fault in the vintages of one source: how many draws were put in, and how many held back.

    ``at_large`` faults touch the whole vintage and are of consequence whatever their size.
    """

    source: str
    fault: str
    words: str
    at_large: bool
    drawn: int
    held: int

    def as_json(self) -> dict[str, str | int | bool]:
        return asdict(self)


def rehearse(settings: Settings, draws: int) -> Iterator[Rehearsed]:
    """Every fault in the newest candidate of every source that would be admitted without it: a real pair where there is one,
    else the newest vintage against itself without its newest year."""
    for name in load_sources():
        base = _newest(name, settings)
        for fault in faults() if base else ():
            found = [one for number in range(draws) if base and (one := inject(base, fault, number))]
            if found:
                yield Rehearsed(name, fault.id, fault.words, fault.whole, len(found), sum(held for _, held in found))


def require_held(found: Sequence[Rehearsed]) -> None:
    """See that faults at large are held back.

    Raises:
        GuardError: fewer than LEAST_HELD of them are; names the worst.
    """
    at_large = [one for one in found if one.at_large]
    held, drawn = sum(one.held for one in at_large), sum(one.drawn for one in at_large)
    if held < LEAST_HELD * drawn:
        worst = sorted(at_large, key=lambda one: one.held - one.drawn)[:3]
        names = ", ".join(f"{one.fault} of {one.source} ({one.held} of {one.drawn})" for one in worst)
        raise GuardError(
            f"{held} of {drawn} faults that touch a whole vintage are held back; at least {LEAST_HELD:.0%} must be; worst: {names}",
            remedy="compare with docs/methods/admission.md; an edit or a parameter that changed lets them through",
        )


def _newest(name: str, settings: Settings) -> Base | None:
    source = load_sources()[name]
    if not selection_path(settings, name).exists():
        return None
    files = [one for one in read_selection(settings, name).files if one.payload_sha256]
    pairs = [one for one in real_pairs(name, source, files, settings) if one.can_have_faults][-1:]
    pairs += [one for one in cut_pairs(name, source, files, settings, 3) if one.can_have_faults]
    return next((one for one in pairs if not is_held(one.case)), None)
