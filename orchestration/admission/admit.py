"""Holding back: the raw files of a source that may enter a build, and the vintages that may not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from orchestration.admission import ledger
from orchestration.admission.case import Context
from orchestration.admission.finding import Reason, Verdict
from orchestration.admission.judge import judge
from orchestration.admission.ledger import ADMITTED, HELD_BACK, WITH_REMARKS, Decision, FileKey
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

Place = tuple[date, FileKey]
"""What distinguishes a raw file among those of its source: its vintage, resource and payload."""


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
    in_force: dict[Place, Decision] = field(default_factory=dict)
    held: dict[tuple[date, tuple[FileKey, ...]], HeldVintage] = field(default_factory=dict)
    out: set[Place] = field(default_factory=set)

    def __post_init__(self) -> None:
        last = self.settings.as_of or date.max
        self.files = [[file for file in fetch.files if file.vintage <= last] for fetch in self.fetches]
        bundle = (fetch for fetch in self.fetches if fetch.fetch.feed == BUNDLE)
        self.shipped = {(file.resource, file.payload_sha256) for fetch in bundle for file in fetch.files}
        if any(_place(file)[1] not in self.shipped for files in self.files for file in files):
            self.in_force = ledger.in_force(ledger.decisions(self.settings, self.source.CARD.id))
        for (vintage, _), decision in self.in_force.items():
            if not decision.admits:
                self._keep_out(_kept_out(vintage, decision))

    def next_vintage(self) -> date | None:
        """Return the oldest vintage with a file that nobody has decided about."""
        return min((file.vintage for file in self._selected() if not self._is_decided(file)), default=None)

    def judge(self, vintage: date) -> None:
        """Judge the new files of a vintage; hold back the resources in question, and record the admission of the others."""
        new = [file for file in self._selected() if file.vintage == vintage and not self._is_decided(file)]
        verdict = self._verdict(vintage, new)
        keys = sorted({_place(file)[1] for file in new})
        held = tuple(key for key in keys if key[0] in verdict.resources)
        if held:
            reasons = tuple(reason.as_json() for reason in verdict.reasons[: ledger.LONGEST])
            kept_out = HeldVintage(vintage, verdict.outcome, held, reasons, is_open=True)
            self._keep_out(kept_out)
            sentences = "; ".join(kept_out.sentences(REASONS_SAID))
            say(f"held     {self.source.CARD.id}: vintage {vintage}, {kept_out.payloads}: {sentences}")
        if admitted := [key for key in keys if key not in held]:
            self._admit(vintage, admitted, [reason for reason in verdict.reasons if not reason.holds])

    def chosen(self) -> Chosen:
        """Return what may enter, after every vintage was judged."""
        chosen = self._selected()
        present = {_place(file) for files in self.files for file in files}
        by_vintage: dict[date, list[HeldVintage]] = {}
        for held in self.held.values():
            if any((held.vintage, key) in present for key in held.files):
                by_vintage.setdefault(held.vintage, []).append(_with_openness(held, chosen))
        entered = {id(decision): decision for file in chosen if (decision := self.in_force.get(_place(file)))}
        return Chosen(
            tuple(chosen),
            tuple(together(by_vintage[vintage]) for vintage in sorted(by_vintage)),
            tuple(sorted(entered.values(), key=lambda decision: (decision.vintage, decision.time))),
        )

    def _verdict(self, vintage: date, new: Sequence[RawFile]) -> Verdict:
        """Return the verdict on a vintage; one on which an edit ends in an error is held back, so that it stops no other."""
        name, admitted = self.source.CARD.id, self._selected(self._is_decided)
        before = _newest(file for file in admitted if file.vintage <= vintage)
        try:
            context = Context(self.settings, {**_others(self.settings, name), name: tuple(admitted)})
            return judge(self.source, new, before, context)
        except Exception as error:
            if isinstance(error, BilateralError) or disk_error(self.settings, error):
                raise
            sentence = (
                f"The judgement ended in {type(error).__name__}: {one_line(str(error))[:300]}. "
                "Report it, or admit the vintage after a review."
            )
            reason = Reason("judgement failed", True, sentence, 100.0)
            return Verdict(HELD_BACK, (reason,), frozenset(file.resource for file in new))

    def _keep_out(self, held: HeldVintage) -> None:
        self.held[held.vintage, held.files] = held
        self.out |= {(held.vintage, key) for key in held.files}

    def _admit(self, vintage: date, keys: Sequence[FileKey], remarks: Sequence[Reason]) -> None:
        why = remarks[0].sentence if remarks else "nothing out of the ordinary"
        outcome, entries = WITH_REMARKS if remarks else ADMITTED, [remark.as_json() for remark in remarks]
        name = self.source.CARD.id
        decision = ledger.record(self.settings, name, vintage, outcome, ledger.BY_RULE, why, keys, entries)
        self.in_force |= {(vintage, key): decision for key in keys}

    def _selected(self, may_enter: Callable[[RawFile], bool] = lambda _: True) -> list[RawFile]:
        resources = self.source.RESOURCES
        superseded = {resource.key: resource.superseded_by for resource in resources if resource.superseded_by}
        return select(
            ([file for file in files if _place(file) not in self.out and may_enter(file)] for files in self.files),
            superseded,
        )

    def _is_decided(self, file: RawFile) -> bool:
        return _place(file)[1] in self.shipped or _place(file) in self.in_force


def _newest(files: Iterable[RawFile]) -> list[RawFile]:
    """Return of each raw table and resource the files of its newest vintage."""
    ordered = sorted(files, key=lambda file: file.vintage)
    newest = {(file.table, file.resource): file.vintage for file in ordered}
    return [file for file in ordered if file.vintage == newest[file.table, file.resource]]


def _place(file: RawFile) -> Place:
    return file.vintage, (file.resource, file.payload_sha256)


def _kept_out(vintage: date, decision: Decision) -> HeldVintage:
    """Return the vintage that a decision keeps out: rejected by a person, or held because a build failed on it."""
    if decision.by == ledger.BY_PERSON:
        because = {"sentence": f"rejected by a person on {decision.time[:10]}: {decision.reason}"}
        return HeldVintage(vintage, decision.outcome, decision.files, (because,), is_open=False)
    return HeldVintage(vintage, decision.outcome, decision.files, decision.reasons, is_open=True)


def _with_openness(held: HeldVintage, chosen: Iterable[RawFile]) -> HeldVintage:
    """Return the held vintage, no longer open where something newer of all its resources is admitted."""
    newer = {file.resource for file in chosen if file.vintage > held.vintage}
    return replace(held, is_open=held.is_open and not newer.issuperset(held.resources))


def _others(settings: Settings, source_id: str) -> Mapping[str, tuple[RawFile, ...]]:
    """Return the raw files that builds see of every other source, as far as one was ingested here."""
    paths = sorted(settings.raw.glob(f"*/{settings.selection_file}"))
    return {
        path.parent.name: tuple(raw_file(settings.raw, item) for item in read_json(path)["files"])
        for path in paths
        if path.parent.name != source_id
    }
