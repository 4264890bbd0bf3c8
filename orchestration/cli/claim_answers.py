"""Answers to sentences: the verdict in plain words, a correction that is ready to print, its citation, and what is missing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from orchestration.catalog.claim_text.reading import Candidate, understood_parts
from orchestration.contracts.unit import Unit, units_of_release
from orchestration.methods.revision_size import OWN
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
from orchestration.releases.claimed_ranks import Rank
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
    correction: str | None = None
    citation: str | None = None
    reasons: str | None = None
    elsewhere: tuple[str, ...] = ()


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
    """Return the answer to one reading of a sentence."""
    reading, row, rank = judged.reading, judged.audit, judged.rank
    claim = reading.claim
    base = Answer(
        reading.sentence,
        reading.amount.printed if reading.amount else "the rank" if reading.parts else None,
        judged.verdict,
        VERDICT_WORDS[judged.verdict] if judged.verdict else "not understood",
        tuple(_understood(judged, names)),
        reading.missing,
        says="",
    )
    if claim is None:
        words = "not judged" if not reading.is_judged else "not understood"
        words = "several measures fit" if reading.candidates and not reading.missing else words
        return replace(base, verdict_words=words, says=_refusal(judged, names))
    if rank is not None:
        return replace(base, says=_of_rank(rank, claim, names))
    if row is None:
        raise ValueError(f"a claim without an audit: {reading.sentence}")
    correction, cited = None, None
    if row["value_latest"] is not None:
        correction = _official(row, claim, names)
        works = [names.works[source] for source in str(row["source"]).split("+") if source in names.works]
        cited = citation(names.release, names.published_at, claim.series.metric, works)
    return replace(
        base,
        says=_verdict(row, names),
        correction=correction,
        citation=cited,
        reasons=row["explanation"],
        elsewhere=tuple(_elsewhere(figure, row, names) for figure in judged.elsewhere if not _is_said(figure, row)),
    )


def as_json_object(judged: Judged, given: Answer) -> dict[str, Any]:
    """Return an answer for programs, with the fields of a claim file that were understood and the audit's row."""
    return {
        "sentence": given.sentence,
        "amount": given.printed,
        "verdict": given.verdict,
        "says": given.says,
        "correction": given.correction,
        "citation": given.citation,
        "missing": list(given.missing),
        "claim": judged.reading.parts,
        "candidates": [understood_parts(candidate) for candidate in judged.reading.candidates],
        "elsewhere": [vars(figure) for figure in judged.elsewhere],
        "rank": vars(judged.rank) if judged.rank else None,
        "audit": dict(judged.audit) if judged.audit else None,
    }


def _understood(judged: Judged, names: Names) -> Iterator[tuple[str, str]]:
    """Yield what was understood, in words; of a sentence that was not understood, the parts of a claim file."""
    for candidate in judged.reading.candidates if judged.reading.claim else ():
        series, unit = candidate.series, names.units[candidate.unit]
        item = "" if candidate.item == "_T" else f", item {candidate.item}"
        yield "measure", f"{in_words(series.metric)}: {in_words(series.measure)}{item}"
        yield "economy", names.economy(candidate.area)
        if candidate.counterpart != WORLD:
            yield "counterpart", names.economy(candidate.counterpart)
        since = f"growth since {candidate.base_year}, " if candidate.base_year else ""
        yield "year", f"{since}{candidate.year} ({in_words(series.clock)})"
        if candidate.rank:
            yield "rank", str(candidate.rank)
        else:
            tolerance = readable(candidate.tolerance, unit)
            yield "value", f"{readable(candidate.value, unit)}, give or take {tolerance} ({candidate.because})"
    if not judged.reading.claim:
        for name, value in judged.reading.parts.items():
            if value is not None:
                yield name, names.economy(value) if name in ("area", "counterpart_area") else _plain(value)


def _plain(value: Any) -> str:
    return f"{value:,.12g}" if isinstance(value, float) else str(value)


def _of_rank(rank: Rank, claim: Candidate, names: Names) -> str:
    """Return the verdict on a rank as a sentence."""
    economy = names.economy(claim.area)
    if rank.place is None or rank.source is None:
        return f"No official figure of {economy} for {claim.year} is in this release."
    where = f"among {rank.economies} economies ({names.publisher(rank.source)}, vintage {rank.vintage})"
    larger = ", ".join(names.economy(area) for area in rank.larger[:3])
    place = f"In {claim.year} {economy} had place {rank.place} {where}" + (f", behind {larger}" if larger else "")
    if rank.is_complete or rank.verdict == CONTRADICTED:
        return f"{place}."
    return f"{place}. Other economies may have larger figures that are not in this release."


def _refusal(judged: Judged, names: Names) -> str:
    reading = judged.reading
    if reading.missing:
        return (
            f"No verdict. Missing is {'; '.join(reading.missing)}." if reading.is_judged else f"{reading.missing[0]}."
        )
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
        known, is_own = row["largest_revision_percent"], row["largest_revision_of"] == OWN
        of = "its vintages have moved by" if is_own else "comparable series have moved between vintages by"
        moved = "how far it is revised is not known" if known is None else f"{of} up to {known:,.1f} percent"
        deciding = (
            f"A vintage of {row['said_on']} or before" if row["said_on"] else "The vintage current when it was said"
        )
        return (
            f"The claim is {gap} today's figure. Whether it was right when it was said is not known: no vintage of that "
            f"time is in this release, and {moved}. {deciding} would decide."
        )
    if verdict == CONTRADICTED and row["vintage_when_said"] is None:
        revised = (
            "more than this figure has ever been revised between its vintages"
            if row["largest_revision_of"] == OWN
            else "more than twice what comparable series have been revised by"
        )
        return f"The claim is {gap} the latest official figure, {revised}."
    return (
        f"The claim is {gap} the latest official figure, and differed from the one that was current when it was said."
    )


def _gap(row: Mapping[str, Any]) -> str:
    deviation = row["deviation_percent"]
    if deviation is None:
        return "unlike"
    return f"{abs(deviation):,.1f} percent {'above' if deviation > 0 else 'below'}"


def _official(row: Mapping[str, Any], claim: Candidate, names: Names) -> str:
    """Return the official figure as a sentence that can be printed, with publisher and vintage."""
    unit = names.units[row["unit"]]
    says = claim.series.says
    if claim.base_year:
        metric, base = in_words(claim.series.metric), claim.base_year
        says = f"{metric} of {{area}} changed by {{value}} from {base} to {{year}}"
        if claim.unit == "PN":
            says = f"{metric} of {{area}} in {{year}} were {{value}} times those of {base}"
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
