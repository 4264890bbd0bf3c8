"""Isolation: a build that fails on an unreviewed vintage holds it back, and the next one goes on without it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from orchestration.admission import ledger
from orchestration.admission.ingest import choose_again
from orchestration.admission.ledger import ADMITTED, HELD_BACK, FileKey
from orchestration.admission.reason import Reason
from orchestration.contracts.payload import short_hash
from orchestration.contracts.source import Source
from orchestration.core.disk_errors import disk_error
from orchestration.core.errors import NoAnswerError
from orchestration.core.files import read_json, write_json
from orchestration.core.progress import log
from orchestration.core.settings import Settings
from orchestration.core.text import one_line
from orchestration.ingestion.fetch_failures import require_an_answer
from orchestration.ingestion.raw_tables import RawFile
from orchestration.ingestion.selection import read_selection, selection_path

EDIT = "late admission edit"
LONGEST_LINE = 300
MOST_BUILDS = 3  # builds in a row that start again without a vintage; then the failure stops the refresh
ERRORS_OF_CODE = ("Compilation Error", "Parsing Error", "Parser Error", "Binder Error")  # no figure causes them

_OF_ONE_BUILD = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|over [0-9,]+ rows")
"""What differs in the same failure of two builds: the id of the run, and how many rows a metric has."""


@dataclass(frozen=True)
class Suspect:
    """A vintage of a source that entered since the last release: its raw files and their rows."""

    source: str
    vintage: date
    files: tuple[FileKey, ...]
    rows: int

    def as_json(self) -> list[Any]:
        """Return source, vintage and files, which identify the suspect."""
        return [self.source, self.vintage.isoformat(), [list(key) for key in self.files]]


@dataclass(frozen=True)
class Isolation:
    """Finds which new vintage makes builds fail, one candidate for each failed build.

    Candidates are ordered by what the failure names: their payload, their vintage, their publisher, nothing; then the
    small first. Those in ``released``, the payloads of the current ``release``, are left out.
    """

    settings: Settings
    sources: Mapping[str, Source]
    release: str
    released: frozenset[str]

    def hold(self, failures: Sequence[str]) -> Suspect | None:
        """Hold back the next candidate for a build's failures; None after MOST_BUILDS and where none is left."""
        text, tried = "\n\n".join(failures), self._tried()
        if not self._may_be_a_vintage(text):
            return None
        first_lines = sorted(failure.splitlines()[0] for failure in failures if failure)
        signature = _OF_ONE_BUILD.sub("#", "\n".join(first_lines))
        if tried and tried[-1]["failure"] == signature:
            (name, vintage, keys), why = tried[-1]["suspect"], "the build fails without it in the same way"
            vintage, keys = date.fromisoformat(vintage), map(tuple, keys)
            self._record(name, ledger.decided(vintage, ADMITTED, ledger.BY_RULE, why, keys))
        known = [entry["suspect"] for entry in tried]
        candidates = [suspect for suspect in self._suspects(text) if suspect.as_json() not in known]
        if not candidates or len(tried) == MOST_BUILDS:
            self._keep([])
            return None
        chosen = min(candidates, key=lambda suspect: (*self._distance(text, suspect), suspect.rows))
        self._keep([*tried, {"suspect": chosen.as_json(), "failure": signature}])
        lines = list(enumerate(failures[0].splitlines()))
        told = [line for at, line in lines if at < 3 or line.startswith(("publisher: ", "payload: ", "row: "))]
        cause = "; ".join(one_line(line.strip(), LONGEST_LINE) for line in told)
        sentence = f"A build with this vintage failed: {cause}"
        of = HELD_BACK, ledger.BY_RULE, sentence, chosen.files, [Reason(EDIT, True, sentence, 100.0).as_json()]
        self._record(chosen.source, ledger.decided(chosen.vintage, *of))
        log.info(f"held     {chosen.source}: vintage {chosen.vintage}: {cause}; the build starts again without it")
        return chosen

    def _may_be_a_vintage(self, text: str) -> bool:
        """Return whether a vintage can cause a failure: not an error of code, a full disk, or a silent publisher."""
        with suppress(NoAnswerError):
            require_an_answer(self.sources, self.settings)
            is_of_code = any(error in text for error in ERRORS_OF_CODE)
            return text != "" and not is_of_code and disk_error(self.settings, text) is None
        return False

    def _suspects(self, text: str) -> Iterator[Suspect]:
        """Yield the new vintages that are in use, and before each the payloads of it that the failure names."""
        for name in (name for name in self.sources if selection_path(self.settings, name).exists()):
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

    def _distance(self, text: str, suspect: Suspect) -> tuple[bool, bool, bool]:
        """Return whether a failure leaves out the payload, the vintage and the publisher of a suspect."""
        has_payload = any(short_hash(sha256) in text for _, sha256 in suspect.files)
        is_of_source = re.search(rf"\b(stg_{suspect.source}__\w*|{suspect.source})\b", text) is not None
        has_publisher = has_payload or is_of_source or self.sources[suspect.source].CARD.publisher in text
        return not has_payload, not (has_publisher and suspect.vintage.isoformat() in text), not has_publisher

    def _record(self, source: str, decision: ledger.Decision) -> None:
        ledger.record(self.settings, source, decision)
        choose_again(self.sources[source], self.settings)

    @property
    def _file(self) -> Path:
        """What was held since the current release: each suspect, and the failure that it was held for."""
        return self.settings.build / "isolation.json"

    def _tried(self) -> list[dict[str, Any]]:
        content: dict[str, Any] = read_json(self._file) if self._file.exists() else {}
        return content["tried"] if content.get("release") == self.release else []

    def _keep(self, tried: list[dict[str, Any]]) -> None:
        write_json(self._file, {"release": self.release, "tried": tried})
