"""Isolation: a build that fails on an unreviewed vintage holds that vintage back and goes on without it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from orchestration.admission import ledger
from orchestration.admission.ingest import choose_again
from orchestration.admission.ledger import ADMITTED, HELD_BACK, FileKey
from orchestration.admission.reason import Reason
from orchestration.contracts.payload import short_hash
from orchestration.contracts.source import Source
from orchestration.core.disk_errors import disk_error
from orchestration.core.errors import FeedError
from orchestration.core.progress import say
from orchestration.core.settings import Settings
from orchestration.core.text import one_line
from orchestration.ingestion.fetch_failures import require_an_answer
from orchestration.ingestion.raw_tables import RawFile
from orchestration.ingestion.selection import read_selection, selection_path

EDIT = "late admission edit"
LONGEST_LINE = 300
MOST_BUILDS = 3
"""Builds of one refresh that start again without a vintage; then the failure stops the refresh."""

ERRORS_OF_CODE = ("Compilation Error", "Parsing Error", "Parser Error", "Binder Error")
"""Errors of dbt and DuckDB that no figure causes."""


@dataclass(frozen=True)
class Suspect:
    """A vintage of a source that entered since the last release: its raw files and their rows."""

    source: str
    vintage: date
    files: tuple[FileKey, ...]
    rows: int


@dataclass
class Isolation:
    """Finds which new vintage makes a build fail, one candidate at a time: those that the failure names first, then the small.

    ``released`` are the hashes of the payloads of the current release: a vintage in it was built before. A hold that does not
    change the failure is undone.
    """

    settings: Settings
    sources: Mapping[str, Source]
    released: frozenset[str]
    tried: set[Suspect] = field(default_factory=set)
    guess: Suspect | None = None
    signature: str = ""

    def hold(self, failures: Sequence[str]) -> Suspect | None:
        """Hold back the next candidate for these failures.

        None where nothing failed or no vintage can be why, after MOST_BUILDS, and when no new vintage is left to blame.
        """
        text = "\n\n".join(failures)
        if not self._may_be_a_vintage(text):
            return None
        signature = "\n".join(sorted(failure.splitlines()[0] for failure in failures if failure))
        if self.guess is not None and signature == self.signature:
            self._decide(self.guess, ADMITTED, "the build fails without it in the same way", ())
        self.signature = signature
        candidates = [suspect for suspect in self._suspects(text) if suspect not in self.tried]
        if not candidates or len(self.tried) == MOST_BUILDS:
            return None
        self.guess = min(
            candidates, key=lambda suspect: (not _names(text, self.sources[suspect.source], suspect), suspect.rows)
        )
        self.tried.add(self.guess)
        lines = failures[0].splitlines()
        facts = [line for line in lines[3:] if line.startswith(("publisher: ", "payload: ", "row: "))]
        cause = "; ".join(one_line(line.strip(), LONGEST_LINE) for line in [*lines[:3], *facts])
        sentence = f"A build with this vintage failed: {cause}"
        self._decide(self.guess, HELD_BACK, sentence, [Reason(EDIT, True, sentence, 100.0).as_json()])
        say(f"held     {self.guess.source}: vintage {self.guess.vintage}: {cause}; the build starts again without it")
        return self.guess

    def _may_be_a_vintage(self, text: str) -> bool:
        """Return whether a vintage can cause a failure: not an error of code, a full disk, or no answer of any publisher."""
        try:
            require_an_answer(self.sources, self.settings)
        except FeedError:
            return False
        is_of_code = any(error in text for error in ERRORS_OF_CODE)
        return text != "" and not is_of_code and disk_error(self.settings, text) is None

    def _suspects(self, text: str) -> Iterator[Suspect]:
        """Yield the new vintages that are in use, and before each the payloads of it that the failure names."""
        for name in self.sources:
            if not selection_path(self.settings, name).exists():
                continue
            selection = read_selection(self.settings, name)
            decided = {(entry["vintage"], *key) for entry in selection.decisions for key in entry["files"]}
            by_vintage: dict[date, list[RawFile]] = {}
            for file in selection.files:
                key = (file.vintage.isoformat(), file.resource, file.payload_sha256)
                if key in decided and file.payload_sha256 not in self.released:
                    by_vintage.setdefault(file.vintage, []).append(file)
            for vintage, files in by_vintage.items():
                for chosen in ([file for file in files if short_hash(file.payload_sha256) in text], files):
                    if chosen:
                        keys = sorted({(file.resource, file.payload_sha256) for file in chosen})
                        yield Suspect(name, vintage, tuple(keys), sum(file.rows for file in chosen))

    def _decide(self, suspect: Suspect, outcome: str, why: str, reasons: Sequence[Mapping[str, Any]]) -> None:
        decision = ledger.decided(suspect.vintage, outcome, ledger.BY_RULE, why, suspect.files, reasons)
        ledger.record(self.settings, suspect.source, decision)
        choose_again(self.sources[suspect.source], self.settings)


def _names(text: str, source: Source, suspect: Suspect) -> bool:
    """Return whether a failure names a payload of a vintage, its publisher, its source or one of its staging models."""
    is_named = source.CARD.publisher in text or any(short_hash(sha256) in text for _, sha256 in suspect.files)
    return is_named or re.search(rf"\b(stg_{suspect.source}__\w*|{suspect.source})\b", text) is not None
