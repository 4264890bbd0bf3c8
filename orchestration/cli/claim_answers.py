"""Answers to sentences: the verdict in plain words, a correction that is ready to print, its citation, and what is missing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from orchestration.catalog.claim_text.reading import understood_parts
from orchestration.contracts.unit import Unit, units_of_release
from orchestration.methods.verdicts import (
    CONFIRMED,
    CONTRADICTED,
    DIFFERS_NOW,
    MISATTRIBUTED,
    NOT_VERIFIABLE,
    SUPERSEDED,
    VERDICT_WORDS,
)
from orchestration.releases.citation import citation
from orchestration.releases.release_store import Release, open_read_only
from orchestration.releases.sentence_check import Elsewhere, Judged
from orchestration.site.formatting import in_words, readable
from orchestration.site.pairs import Economy

WORLD = "W00"


@dataclass(frozen=True)
class Names:
    """The words of a release for its codes, and what a citation needs."""

    areas: Mapping[str, str]
    units: Mapping[str, Unit]
    publishers: Mapping[str, str]
    works: Mapping[str, str]
    release: str
    published_at: str

    def economy(self, area: str) -> str:
        """An economy inside a sentence."""
        return "the world" if area == WORLD else Economy(area, self.areas.get(area, area)).in_text

    def publisher(self, source: str) -> str:
        """The publishers of a source, or of several joined by plus signs."""
        return " and ".join(self.publishers.get(one, one) for one in source.split("+"))


@dataclass(frozen=True)
class Answer:
    """What a page or a terminal says about one amount in a sentence."""

    sentence: str
    printed: str | None
    verdict: str | None
    verdict_words: str
    understood: tuple[tuple[str, str], ...]
    missing: tuple[str, ...]
    says: str
    correction: str | None
    citation: str | None
    reasons: str | None
    elsewhere: tuple[str, ...]


def names_of(release: Release) -> Names:
    """The words of a release."""
    with open_read_only(release.database) as connection:
        sources = connection.execute("select source, publisher, citation from dim_source").fetchall()
        return Names(
            areas=dict(connection.execute("select area, name from dim_area").fetchall()),
            units=units_of_release(connection),
            publishers={source: publisher for source, publisher, _ in sources},
            works={source: work for source, _, work in sources},
            release=release.id,
            published_at=release.published_at,
        )


def answer(judged: Judged, names: Names) -> Answer:
    """The answer to one reading of a sentence."""
    reading, row = judged.reading, judged.audit
    claim = reading.claim
    printed = reading.amount.printed if reading.amount else None
    if claim is None or row is None:
        return Answer(
            reading.sentence,
            printed,
            None,
            "several measures fit" if reading.candidates and not reading.missing else "not understood",
            tuple(_understood(judged, names)),
            reading.missing,
            _refusal(judged, names),
            None,
            None,
            None,
            (),
        )
    correction, cited = None, None
    if row["value_latest"] is not None:
        correction = _official(row, claim.series.says, names)
        works = [names.works[one] for one in str(row["source"]).split("+") if one in names.works]
        cited = citation(names.release, names.published_at, claim.series.metric, works)
    return Answer(
        reading.sentence,
        printed,
        row["verdict"],
        VERDICT_WORDS[row["verdict"]],
        tuple(_understood(judged, names)),
        (),
        _verdict(row, names),
        correction,
        cited,
        row["explanation"],
        tuple(_elsewhere(one, row, names) for one in judged.elsewhere if not _is_said(one, row)),
    )


def as_json_object(judged: Judged, given: Answer) -> dict[str, Any]:
    """An answer with every part of its candidates and the audit's row, for programs."""
    return {
        "sentence": given.sentence,
        "amount": given.printed,
        "verdict": given.verdict,
        "says": given.says,
        "correction": given.correction,
        "citation": given.citation,
        "missing": list(given.missing),
        "candidates": [understood_parts(one) for one in judged.reading.candidates],
        "elsewhere": [vars(one) for one in judged.elsewhere],
        "audit": dict(judged.audit) if judged.audit else None,
    }


def _understood(judged: Judged, names: Names) -> Iterator[tuple[str, str]]:
    """What was understood, in words: the whole of a candidate, or the parts that were found."""
    for one in judged.reading.candidates:
        series = one.series
        unit = names.units[one.unit]
        yield (
            "measure",
            f"{in_words(series.metric)}: {in_words(series.measure)}"
            + ("" if one.item == "_T" else f", item {one.item}"),
        )
        yield "economy", names.economy(one.area)
        if one.counterpart != WORLD:
            yield "counterpart", names.economy(one.counterpart)
        yield "year", f"{one.year} ({in_words(series.clock)})"
        yield "value", f"{readable(one.value, unit)}, give or take {readable(one.tolerance, unit)} ({one.because})"
    if not judged.reading.candidates:
        for name, text in judged.reading.understood:
            yield name, names.economy(text) if name in ("economy", "counterpart") else text


def _refusal(judged: Judged, names: Names) -> str:
    reading = judged.reading
    if reading.missing:
        return f"No verdict. Missing is {'; '.join(reading.missing)}."
    fitting = " or ".join(
        f"{in_words(one.series.metric)} ({in_words(one.series.measure)})" for one in reading.candidates
    )
    return f"No verdict. The sentence fits several measures: {fitting}. Say which, in a claim file or in the sentence."


def _verdict(row: Mapping[str, Any], names: Names) -> str:
    """The verdict as one or two sentences."""
    verdict = row["verdict"]
    if verdict == NOT_VERIFIABLE:
        return f"This release holds no official figure for it. Sources that would bring one: {row['source_that_would_bring_it']}."
    gap = _gap(row)
    if verdict == CONFIRMED:
        return "The claim agrees with the latest official figure."
    if verdict == SUPERSEDED:
        return (
            f"The claim was right when it was made on {row['said_on']}, by the vintage of {row['vintage_when_said']}, "
            f"and the figure has been revised since; it is now {gap} today's."
        )
    if verdict == MISATTRIBUTED:
        return (
            f"The claim is {gap} the latest official figure. The number is that of another measure: "
            f"{in_words(row['fits_metric'])}, {in_words(row['fits_measure'])}: {readable(row['fits_value'], names.units[row['unit']])}."
        )
    if verdict == DIFFERS_NOW:
        known = row["largest_revision_percent"]
        moved = (
            "how far this figure is revised is not known"
            if known is None
            else f"the vintages held have moved by up to {known:,.1f} percent"
        )
        deciding = (
            f"A vintage of {row['said_on']} or before" if row["said_on"] else "The vintage current when it was said"
        )
        return (
            f"The claim is {gap} today's figure. Whether it was right when it was said is not known: no vintage of that time "
            f"is held, and {moved}. {deciding} would decide."
        )
    if verdict == CONTRADICTED and row["vintage_when_said"] is None:
        return f"The claim is {gap} the latest official figure, more than this figure has ever been revised between the vintages held."
    return (
        f"The claim is {gap} the latest official figure, and differed from the one that was current when it was said."
    )


def _gap(row: Mapping[str, Any]) -> str:
    deviation = row["deviation_percent"]
    if deviation is None:
        return "unlike"
    return f"{abs(deviation):,.1f} percent {'above' if deviation > 0 else 'below'}"


def _official(row: Mapping[str, Any], says: str, names: Names) -> str:
    """The official figure as a sentence that can be printed, with publisher and vintage."""
    unit = names.units[row["unit"]]
    sentence = says.format(
        area=names.economy(row["area"]),
        counterpart=names.economy(row["counterpart_area"]),
        value=readable(row["value_latest"], unit),
        number=readable(row["value_latest"], unit).removesuffix(unit.phrase).strip(),
        year=row["year"],
    )
    basis = "" if row["basis"] == "reported" else f", {row['basis']}"
    return f"{sentence[:1].upper()}{sentence[1:]} ({names.publisher(row['source'])}{basis}, vintage {row['vintage_latest']})."


def _is_said(found: Elsewhere, row: Mapping[str, Any]) -> bool:
    """Whether the verdict names the figure itself."""
    return row["verdict"] == MISATTRIBUTED and (found.metric_id, found.measure) == (
        row["fits_metric"],
        row["fits_measure"],
    )


def _elsewhere(found: Elsewhere, row: Mapping[str, Any], names: Names) -> str:
    """Where else the number fits, as a sentence."""
    value = readable(found.value, names.units[row["unit"]])
    source = f"({names.publisher(found.source)}, vintage {found.vintage})"
    if found.kind == "an earlier vintage":
        return f"The number fits an earlier vintage: {value} {source}."
    if found.kind == "another scale":
        return f"The number fits on another scale, such as millions for billions: the figure is {value} {source}."
    if found.kind == "the other direction":
        ends = f"{names.economy(found.area)} with {names.economy(found.counterpart_area)}"
        return f"The number is that of the other direction, {ends}: {value} {source}."
    if found.kind == "another year":
        return f"The number is that of {found.year}: {value} {source}."
    if found.kind == "another economy":
        return f"The number is that of another economy, {names.economy(found.area)}: {value} {source}."
    item = "" if found.item == "_T" else f", item {found.item}"
    return f"The number is that of another measure, {in_words(found.metric_id)}, {in_words(found.measure)}{item}: {value} {source}."


def counted(answers: Iterable[Answer]) -> str:
    """How many answers there are of each kind."""
    counts = Counter(one.verdict_words for one in answers)
    return ", ".join(f"{count} {words}" for words, count in sorted(counts.items()))
