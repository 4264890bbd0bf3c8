"""Answers to sentences: the verdict in plain words, a correction that is ready to print, its citation, and what is missing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from orchestration.catalog.claim_text.reading import Candidate, Reading
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
from orchestration.releases.read_only import open_read_only
from orchestration.releases.release_store import Release
from orchestration.releases.sentence_check import Elsewhere, Judged
from orchestration.site.formatting import in_words, readable
from orchestration.site.pairs import Economy

WORLD = "W00"


@dataclass(frozen=True)
class Names:
    """The names of a release for its codes, and what a citation needs."""

    areas: Mapping[str, str]
    units: Mapping[str, Unit]
    publishers: Mapping[str, str]
    works: Mapping[str, str]
    release: Release

    def economy(self, area: str) -> str:
        """Return the name of an economy inside a sentence."""
        return "the world" if area == WORLD else Economy(area, self.areas.get(area, area)).in_text

    def publisher(self, source: str) -> str:
        """Return the publishers of a source, or of several joined by plus signs."""
        return " and ".join(self.publishers.get(name, name) for name in source.split("+"))


def names_of(release: Release) -> Names:
    """Return the names of a release."""
    with open_read_only(release.database) as connection:
        sources = connection.execute("select source, publisher, citation from dim_source").fetchall()
        return Names(
            areas=dict(connection.execute("select area, name from dim_area").fetchall()),
            units=units_of_release(connection),
            publishers={source: publisher for source, publisher, _ in sources},
            works={source: work for source, _, work in sources},
            release=release,
        )


def answer(judged: Judged, names: Names) -> dict[str, Any]:
    """Return the answer to one reading of a sentence: its words, the parts of a claim file that were understood, and the audit."""
    reading, row, claim = judged.reading, judged.audit, judged.reading.claim
    content: dict[str, Any] = {
        "sentence": reading.sentence,
        "amount": reading.amount.printed if reading.amount else "the rank" if reading.parts else None,
        "verdict": judged.verdict,
        "verdict_words": VERDICT_WORDS[judged.verdict] if judged.verdict else _without_verdict(reading),
        "understood": list(_understood(reading, names)),
        "says": _refusal(reading),
        "correction": None,
        "citation": None,
        "missing": list(reading.missing),
        "claim": reading.parts,
        "candidates": [candidate.parts for candidate in reading.candidates],
        "elsewhere": [vars(figure) for figure in judged.elsewhere],
        "elsewhere_words": [],
        "rank": vars(judged.rank) if judged.rank else None,
        "audit": dict(row) if row else None,
    }
    if claim is not None and judged.rank is not None:
        content["says"] = _of_rank(judged.rank, claim, names)
    elif claim is not None and row is not None:
        content["says"] = _verdict(row, names)
        others = (figure for figure in judged.elsewhere if not _is_named(figure, row))
        content["elsewhere_words"] = [_elsewhere(figure, names.units[row["unit"]], names) for figure in others]
        if row["value_latest"] is not None:
            works = [names.works[source] for source in str(row["source"]).split("+") if source in names.works]
            content["correction"] = _official(row, claim, names)
            content["citation"] = citation(names.release.id, names.release.published_at, claim.metric, works)
    return content


def _without_verdict(reading: Reading) -> str:
    if reading.candidates and not reading.missing:
        return "several measures fit"
    return "not understood" if reading.is_judged else "not judged"


def _understood(reading: Reading, names: Names) -> Iterator[tuple[str, str]]:
    """Yield what was understood, in words; for a sentence that was not understood, the parts of a claim file."""
    if not reading.claim:
        for name, value in reading.parts.items():
            if value is not None:
                words = f"{value:,.12g}" if isinstance(value, float) else str(value)
                yield name, names.economy(value) if name in ("area", "counterpart_area") else words
        return
    for candidate in reading.candidates:
        unit = names.units[candidate.unit]
        item = "" if candidate.item == "_T" else f", item {candidate.item}"
        yield "measure", f"{in_words(candidate.metric)}: {in_words(candidate.measure)}{item}"
        yield "economy", names.economy(candidate.area)
        if candidate.counterpart_area != WORLD:
            yield "counterpart", names.economy(candidate.counterpart_area)
        since = f"growth since {candidate.base_year}, " if candidate.base_year else ""
        yield "year", f"{since}{candidate.year} ({in_words(candidate.clock)})"
        if candidate.rank:
            yield "rank", str(candidate.rank)
        else:
            tolerance = readable(candidate.tolerance, unit)
            yield "value", f"{readable(candidate.value, unit)}, give or take {tolerance} ({candidate.because})"


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


def _refusal(reading: Reading) -> str:
    if reading.missing and not reading.is_judged:
        return f"{reading.missing[0]}."
    if reading.missing:
        return f"No verdict. Missing is {'; '.join(reading.missing)}."
    measures = ((in_words(fit.metric), in_words(fit.measure)) for fit in reading.candidates)
    fitting = " or ".join(f"{metric} ({measure})" for metric, measure in measures)
    return f"No verdict. The sentence fits several measures: {fitting}. Name one, in a claim file or in the sentence."


def _verdict(row: Mapping[str, Any], names: Names) -> str:
    """Return the verdict as one or two sentences."""
    verdict = row["verdict"]
    if verdict == NOT_VERIFIABLE:
        return f"This release has no official figure for it. Sources that would bring one: {row['source_that_would_bring_it']}."
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
    says = claim.says
    if claim.base_year:
        metric, base = in_words(claim.metric), claim.base_year
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


def _is_named(figure: Elsewhere, row: Mapping[str, Any]) -> bool:
    """Whether the verdict already names the figure."""
    fits = (row["fits_metric"], row["fits_measure"])
    return row["verdict"] == MISATTRIBUTED and (figure.metric_id, figure.measure) == fits


def _elsewhere(figure: Elsewhere, unit: Unit, names: Names) -> str:
    """Return where else the number fits, as a sentence."""
    item = "" if figure.item == "_T" else f", item {figure.item}"
    ends = f"{names.economy(figure.area)} with {names.economy(figure.counterpart_area)}"
    words = {
        "an earlier vintage": "fits an earlier vintage",
        "another scale": "fits on another scale, such as millions for billions; the figure is",
        "the other direction": f"is that of the other direction, {ends}",
        "another year": f"is that of {figure.year}",
        "another economy": f"is that of another economy, {names.economy(figure.area)}",
    }.get(figure.kind, f"is that of another measure, {in_words(figure.metric_id)}, {in_words(figure.measure)}{item}")
    value = readable(figure.value, unit)
    return f"The number {words}: {value} ({names.publisher(figure.source)}, vintage {figure.vintage})."
