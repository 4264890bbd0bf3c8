"""Holding back: the raw files of a source that may enter a build, and the vintages that may not."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from orchestration.admission import ledger
from orchestration.admission.case import CaseContext
from orchestration.admission.figures import observations_of
from orchestration.admission.judge import judge
from orchestration.admission.ledger import ADMITTED, BY_RULE, HELD_BACK, WITH_REMARKS, Decision, FileKey
from orchestration.admission.reason import Reason
from orchestration.contracts.source import Source
from orchestration.core.disk_errors import disk_error
from orchestration.core.errors import BilateralError
from orchestration.core.progress import log
from orchestration.core.settings import Settings
from orchestration.core.text import one_line
from orchestration.ingestion.fetching import ReadFetch
from orchestration.ingestion.held_vintages import HeldVintage
from orchestration.ingestion.payload_store import BUNDLE
from orchestration.ingestion.raw_tables import RawFile
from orchestration.ingestion.selection import read_selection, select

FAILED = "judgement failed"

Place = tuple[date, FileKey]
"""What distinguishes a raw file among those of its source: its vintage, resource and payload."""


def admit(
    source: Source, settings: Settings, fetches: Sequence[ReadFetch]
) -> tuple[list[RawFile], list[HeldVintage], list[Decision]]:
    """Judge the vintages of a source that nobody has judged, and choose the files that a build sees.

    What the bundle ships was reviewed and is never judged. A vintage is judged whole, beside the newest admitted files
    that are not later. Return raw files, held vintages, and decisions by which new files are in; raise FeedError as
    ``ledger`` does.
    """
    judging = _Judging(source, settings, fetches)
    while (vintage := judging.next_vintage()) is not None:
        judging.judge(vintage)
    return judging.chosen(), judging.held(), judging.entered()


@dataclass
class _Judging:
    """Fetches of a source while its new vintages are judged; ``decided`` has the last decision about each raw file."""

    source: Source
    settings: Settings
    fetches: Sequence[ReadFetch]
    decided: dict[Place, Decision] = field(default_factory=dict)

    def __post_init__(self) -> None:
        last = self.settings.as_of or date.max
        self.files = [[file for file in fetch.files if file.vintage <= last] for fetch in self.fetches]
        bundle = (fetch for fetch in self.fetches if fetch.fetch.feed == BUNDLE)
        self.shipped = {(file.resource, file.payload_sha256) for fetch in bundle for file in fetch.files}
        if any(_place(file)[1] not in self.shipped for files in self.files for file in files):
            self.decided = ledger.in_force(ledger.decisions(self.settings, self.source.CARD.id))

    def next_vintage(self) -> date | None:
        """Return the oldest vintage with a file that nobody has decided about."""
        return min((file.vintage for file in self.chosen() if not self._is_decided(file)), default=None)

    def judge(self, vintage: date) -> None:
        """Judge the new files of a vintage; hold back the resources in question, and record that others enter."""
        new = [file for file in self.chosen() if file.vintage == vintage and not self._is_decided(file)]
        reasons = self._reasons(new)
        in_question = {resource for reason in reasons if reason.holds for resource in reason.resources}
        keys = {_place(file)[1] for file in new}
        if held := {key for key in keys if key[0] in in_question}:
            decision = self._decide(vintage, HELD_BACK, held, reasons)
            if FAILED not in {reason.edit for reason in reasons}:  # after an error the next refresh judges again
                ledger.record(self.settings, self.source.CARD.id, decision)
            kept_out = _held_vintage(vintage, dict.fromkeys(decision.files, decision), ())
            sentences = "; ".join(kept_out.sentences(3))
            log.info(f"held     {self.source.CARD.id}: vintage {vintage}, {kept_out.payloads}: {sentences}")
        remarked = {resource for reason in reasons for resource in reason.resources}
        for outcome, noted in ((WITH_REMARKS, True), (ADMITTED, False)):
            if admitted := {key for key in keys - held if (key[0] in remarked) is noted}:
                of_these = {resource for resource, _ in admitted}
                remarks = [reason for reason in reasons if not of_these.isdisjoint(reason.resources)]
                decision = self._decide(vintage, outcome, admitted, remarks)
                ledger.record(self.settings, self.source.CARD.id, decision)

    def chosen(self, may_enter: Callable[[RawFile], bool] = lambda _: True) -> list[RawFile]:
        """Return the files of a build, without those that are kept out."""
        replaced = {
            resource.key: resource.superseded_by for resource in self.source.RESOURCES if resource.superseded_by
        }
        out = {place for place, decision in self.decided.items() if not decision.admits}
        inside = ([file for file in files if _place(file) not in out and may_enter(file)] for files in self.files)
        return select(inside, replaced)

    def held(self) -> list[HeldVintage]:
        """Return the vintages of which files are kept out, oldest first, without payloads replaced under their date.

        A file that a rule holds awaits a decision until a later one of its resource is in use, held or rejected; where
        editions repeat nothing of one another, a later one of its own vintage.
        """
        declared, by_hand = observations_of(self.source), self.source.CARD.by_hand
        repeats = {name: how.restates for name, how in declared.items()}
        lasting = {file.resource for files in self.files for file in files if not repeats.get(file.table, not by_hand)}
        present, in_use = {_place(file) for files in self.files for file in files}, {*map(_place, self.chosen())}
        kept_out: dict[date, dict[FileKey, Decision]] = {}
        latest: dict[tuple[str, date | None], tuple[date, str]] = {}

        def matter(place: tuple[date, FileKey]) -> tuple[str, date | None]:
            return place[1][0], place[0] if place[1][0] in lasting else None

        for place in present:
            decision = self.decided.get(place)
            if decision is not None and not decision.admits:
                kept_out.setdefault(place[0], {})[place[1]] = decision
            if place in in_use or (decision is not None and decision.by == BY_RULE and not decision.admits):
                when = (place[0], decision.time if decision else "")
                latest[matter(place)] = max(when, latest.get(matter(place), when))
        used, held = {(vintage, resource) for vintage, (resource, _) in in_use}, []
        for day, files in sorted(kept_out.items()):
            waiting = {
                key for key, of in files.items() if of.by == BY_RULE and latest[matter((day, key))] == (day, of.time)
            }
            kept = {key: of for key, of in files.items() if key in waiting or (day, key[0]) not in used}
            if kept:
                held.append(_held_vintage(day, kept, waiting))
        return held

    def entered(self) -> list[Decision]:
        """Return the decisions by which files that the bundle does not ship are in, oldest first."""
        entered = {id(decision): decision for file in self.chosen() if (decision := self.decided.get(_place(file)))}
        return sorted(entered.values(), key=lambda decision: (decision.vintage, decision.time))

    def _reasons(self, new: Sequence[RawFile]) -> list[Reason]:
        """Judge a vintage; one on which an edit ends in an error is held back, so that it stops no other."""
        try:
            names = (path.parent.name for path in sorted(self.settings.raw.glob(f"*/{self.settings.selection_file}")))
            others = {name: read_selection(self.settings, name).files for name in names if name != self.source.CARD.id}
            admitted = {**others, self.source.CARD.id: self.chosen(self._is_decided)}
            return judge(self.source, new, CaseContext(self.settings, admitted))
        except Exception as error:
            if isinstance(error, BilateralError) or disk_error(self.settings, error):
                raise
            what = f"The judgement ended in {type(error).__name__}: {one_line(str(error))}."
            sentence = f"{what} Report it, or admit the vintage after a review."
            return [Reason(FAILED, True, sentence, 100.0, resources=tuple({file.resource for file in new}))]

    def _decide(self, vintage: date, outcome: str, keys: Iterable[FileKey], reasons: Sequence[Reason]) -> Decision:
        why = reasons[0].sentence if reasons else "nothing out of the ordinary"
        entries = [reason.as_json() for reason in reasons]
        decision = ledger.decided(vintage, outcome, BY_RULE, why, keys, entries)
        self.decided |= dict.fromkeys(((vintage, key) for key in decision.files), decision)
        return decision

    def _is_decided(self, file: RawFile) -> bool:
        return _place(file)[1] in self.shipped or _place(file) in self.decided


def _place(file: RawFile) -> Place:
    return file.vintage, (file.resource, file.payload_sha256)


def _held_vintage(vintage: date, files: Mapping[FileKey, Decision], waiting: Collection[FileKey]) -> HeldVintage:
    """Return a vintage with files that are kept out, open where any awaits a decision; reasons that hold come first."""
    decisions = list({id(decision): decision for decision in files.values()}.values())
    reasons = [
        reason
        for decision in decisions
        for reason in decision.reasons
        or ({"sentence": f"rejected by a person on {decision.time[:10]}: {decision.reason}", "holds": True},)
    ]
    reasons.sort(key=lambda reason: not reason.get("holds", True))
    outcome = next((files[key].outcome for key in waiting), decisions[0].outcome)
    return HeldVintage(vintage, outcome, tuple(sorted(files)), tuple(reasons), is_open=bool(waiting))
