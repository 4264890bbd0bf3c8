"""Holding back: the raw files of a source that may enter a build, and the vintages that may not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from orchestration.admission import ledger
from orchestration.admission.judge import judge
from orchestration.admission.ledger import Decision, FileKey
from orchestration.admission.verdict import ADMITTED, HELD_BACK, WITH_REMARKS, Context, Reason, Verdict
from orchestration.contracts.source import Source
from orchestration.core.disk_errors import disk_error
from orchestration.core.errors import BilateralError
from orchestration.core.files import read_json
from orchestration.core.progress import say
from orchestration.core.settings import Settings
from orchestration.core.text import one_line
from orchestration.ingestion.fetching import ReadFetch
from orchestration.ingestion.held_vintages import HeldVintage, together
from orchestration.ingestion.payload_store import BUNDLE
from orchestration.ingestion.raw_tables import RawFile, raw_file
from orchestration.ingestion.selection import select

REASONS_SAID = 3
"""Reasons of a held vintage that a progress line names."""


@dataclass(frozen=True)
class Chosen:
    """The raw files that may enter, those that may not by vintage, and the decisions by which new ones are in."""

    files: tuple[RawFile, ...]
    held: tuple[HeldVintage, ...]
    decisions: tuple[Decision, ...]


def admit(source: Source, settings: Settings, fetches: Sequence[ReadFetch]) -> Chosen:
    """Judge the vintages of a source that nobody has judged, and choose the files that a build sees.

    What the bundle ships was reviewed and is never judged; on the bundle this function only selects. A vintage is judged
    whole: all its files that are new, relative to the newest admitted ones that are not later. Where it is held back, the
    fetch before it remains in use.

    Raises:
        FeedError: the ledger cannot be read.
    """
    judging = _Judging(source, settings, fetches)
    while (vintage := judging.next_vintage()) is not None:
        judging.judge(vintage)
    return judging.chosen()


@dataclass
class _Judging:
    """The fetches of one source while its new vintages are judged, the oldest first."""

    source: Source
    settings: Settings
    fetches: Sequence[ReadFetch]
    in_force: dict[tuple[date, FileKey], Decision] = field(default_factory=dict)
    held: dict[tuple[date, tuple[FileKey, ...]], HeldVintage] = field(default_factory=dict)
    out: set[tuple[date, FileKey]] = field(default_factory=set)

    def __post_init__(self) -> None:
        bundle = (fetch for fetch in self.fetches if fetch.fetch.feed == BUNDLE)
        self.shipped = {(item.resource, item.payload_sha256) for fetch in bundle for item in fetch.files}
        if all(key_of(item) in self.shipped for item in self._files()):
            return
        self.in_force = ledger.in_force(ledger.decisions(self.settings, self.source.CARD.id))
        self.out = {place for place, decision in self.in_force.items() if not decision.admits}
        for (vintage, _), decision in self.in_force.items():
            if not decision.admits:
                self.held[vintage, decision.files] = _kept_out(vintage, decision)

    def next_vintage(self) -> date | None:
        """The oldest vintage with a file that nobody has decided about."""
        return min((item.vintage for item in self._selected() if not self._is_decided(item)), default=None)

    def judge(self, vintage: date) -> None:
        """Judge the new files of a vintage; hold back the resources in question, and record the admission of the others."""
        new = [item for item in self._selected() if item.vintage == vintage and not self._is_decided(item)]
        verdict = self._verdict(vintage, new)
        held = tuple(sorted({key_of(item) for item in new if item.resource in verdict.resources}))
        admitted = tuple(sorted({key_of(item) for item in new} - set(held)))
        if held:
            self._hold(vintage, held, verdict)
        if admitted:
            reasons = tuple(reason for reason in verdict.reasons if not reason.holds)
            self._admit(vintage, admitted, reasons)

    def _verdict(self, vintage: date, new: Sequence[RawFile]) -> Verdict:
        """Return the verdict on a vintage; one on which an edit ends in an error is held back, so that it stops no other."""
        try:
            return judge(self.source, new, self._before(vintage), self._context(new))
        except Exception as error:
            if isinstance(error, BilateralError) or disk_error(self.settings, error):
                raise
            sentence = (
                f"The judgement ended in {type(error).__name__}: {one_line(str(error))[:300]}. "
                "Report it, or admit the vintage after a review."
            )
            reason = Reason(2, "judgement failed", True, "", None, None, None, 100.0, sentence)
            return Verdict(HELD_BACK, (reason,), frozenset(item.resource for item in new))

    def chosen(self) -> Chosen:
        """What may enter, after every vintage was judged."""
        files = self._selected()
        present = {place_of(item) for item in self._files()}
        held = [
            held_vintage
            for held_vintage in self.held.values()
            if any((held_vintage.vintage, key) in present for key in held_vintage.files)
        ]
        by_vintage: dict[date, list[HeldVintage]] = {}
        for held_vintage in held:
            by_vintage.setdefault(held_vintage.vintage, []).append(_with_openness(held_vintage, files))
        entered = {id(decision): decision for item in files if (decision := self.in_force.get(place_of(item)))}
        return Chosen(
            tuple(files),
            tuple(together(by_vintage[vintage]) for vintage in sorted(by_vintage)),
            tuple(sorted(entered.values(), key=lambda decision: (decision.vintage, decision.time))),
        )

    def _hold(self, vintage: date, keys: tuple[FileKey, ...], verdict: Verdict) -> None:
        reasons = tuple(reason.as_json() for reason in verdict.reasons[: ledger.LONGEST])
        held = HeldVintage(vintage, verdict.outcome, keys, reasons, is_open=True)
        self.out |= {(vintage, key) for key in keys}
        self.held[vintage, keys] = held
        say(
            f"held     {self.source.CARD.id}: vintage {vintage}, {held.payloads}: {'; '.join(held.sentences(REASONS_SAID))}"
        )

    def _admit(self, vintage: date, keys: tuple[FileKey, ...], verdict_reasons: tuple[Reason, ...]) -> None:
        reasons = [reason.as_json() for reason in verdict_reasons]
        why = str(reasons[0]["sentence"]) if reasons else "nothing out of the ordinary"
        outcome = WITH_REMARKS if reasons else ADMITTED
        decision = ledger.record(
            self.settings, self.source.CARD.id, vintage, outcome, ledger.BY_RULE, why, keys, reasons
        )
        self.in_force |= {(vintage, key): decision for key in keys}

    def _files(self) -> Iterator[RawFile]:
        last = self.settings.as_of or date.max
        return (item for fetch in self.fetches for item in fetch.files if item.vintage <= last)

    def _selected(self, only_decided: bool = False) -> list[RawFile]:
        last = self.settings.as_of or date.max
        superseded = {
            resource.key: resource.superseded_by for resource in self.source.RESOURCES if resource.superseded_by
        }
        return select(
            (
                [
                    item
                    for item in fetch.files
                    if item.vintage <= last
                    and place_of(item) not in self.out
                    and (not only_decided or self._is_decided(item))
                ]
                for fetch in self.fetches
            ),
            superseded,
        )

    def _is_decided(self, item: RawFile) -> bool:
        return key_of(item) in self.shipped or place_of(item) in self.in_force

    def _before(self, vintage: date) -> list[RawFile]:
        """Of each raw table and resource the files of its newest admitted vintage that is not later."""
        files = [item for item in self._selected(only_decided=True) if item.vintage <= vintage]
        newest: dict[tuple[str, str], date] = {}
        for item in files:
            newest[item.table, item.resource] = max(item.vintage, newest.get((item.table, item.resource), date.min))
        return [item for item in files if item.vintage == newest[item.table, item.resource]]

    def _context(self, new: Iterable[RawFile]) -> Context:
        keys = {item.payload_sha256 for item in new}
        moments = (
            payload.origin.fetched_at
            for fetch in self.fetches
            for payload in fetch.fetch.payloads
            if payload.origin.sha256 in keys
        )
        name = self.source.CARD.id
        own = tuple(self._selected(only_decided=True))
        return Context(max(moments).date(), self.settings, {**_others(self.settings, name), name: own})


def key_of(item: RawFile) -> FileKey:
    """What distinguishes a raw file among those of one vintage of its source."""
    return item.resource, item.payload_sha256


def place_of(item: RawFile) -> tuple[date, FileKey]:
    """What distinguishes a raw file among those of its source."""
    return item.vintage, key_of(item)


def _kept_out(vintage: date, decision: Decision) -> HeldVintage:
    """The vintage that a decision of the ledger keeps out: rejected by a person, or held because a build failed on it."""
    if decision.by == ledger.BY_PERSON:
        because = {"sentence": f"rejected by a person on {decision.time[:10]}: {decision.reason}"}
        return HeldVintage(vintage, decision.outcome, decision.files, (because,), is_open=False)
    return HeldVintage(vintage, decision.outcome, decision.files, decision.reasons, is_open=True)


def _with_openness(held: HeldVintage, files: Iterable[RawFile]) -> HeldVintage:
    """The held vintage, no longer open where something as new or newer of all its resources is admitted."""
    newest: dict[str, date] = {}
    for item in files:
        newest[item.resource] = max(item.vintage, newest.get(item.resource, date.min))
    passed = all(newest.get(resource, date.min) > held.vintage for resource, _ in held.files)
    is_open = held.is_open and not passed
    return HeldVintage(held.vintage, held.outcome, held.files, held.reasons, is_open)


def _others(settings: Settings, source_id: str) -> Mapping[str, tuple[RawFile, ...]]:
    """The raw files that builds see of every other source, as far as one was ingested here."""
    others = {}
    for path in sorted(settings.raw.glob(f"*/{settings.selection_file}")):
        if (name := path.parent.name) != source_id:
            others[name] = tuple(raw_file(settings.raw, item) for item in read_json(path)["files"])
    return others
