"""Answers to sentences: the verdict in plain words, a correction that is ready to print, its citation, and what is missing."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from orchestration.catalog.claim_text.reading import Candidate, Reading
from orchestration.contracts.metric import NOT_APPLICABLE
from orchestration.contracts.unit import Unit, units_of_release
from orchestration.methods.verdicts import CONTRADICTED, VERDICT_WORDS
from orchestration.releases.claim_check import Judged
from orchestration.releases.figure_lookup import TOTAL, WORLD
from orchestration.releases.package import citation
from orchestration.releases.read_only import open_read_only
from orchestration.releases.release_store import Release
from orchestration.site.formatting import in_words, readable
from orchestration.site.pairs import Economy


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
        "elsewhere": judged.elsewhere,
        "elsewhere_words": [],
        "rank": judged.rank,
        "audit": dict(row) if row else None,
    }
    if claim is not None and judged.rank is not None:
        content["says"] = _of_rank(judged.rank, claim, names)
    elif claim is not None and row is not None:
        content["says"] = row["explanation"]
        unit = names.units[row["unit"]]
        content["elsewhere_words"] = [_elsewhere(figure, unit, names) for figure in judged.elsewhere]
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
    """Yield the fields of a claim file that were understood, in words, without those that do not apply."""
    unit = names.units.get(str(reading.parts.get("unit")))
    for name, value in reading.parts.items():
        if value in (None, 0, WORLD, TOTAL, NOT_APPLICABLE):
            continue
        if name in ("area", "counterpart_area"):
            yield name, names.economy(value)
        elif reading.claim and reading.claim.rank and name == "value":
            yield "rank", str(reading.claim.rank)
        elif isinstance(value, float):
            yield name, readable(value, unit) if unit else f"{value:,.12g}"
        else:
            yield name, str(value)


def _of_rank(rank: Mapping[str, Any], claim: Candidate, names: Names) -> str:
    """Return the verdict on a rank as a sentence."""
    economy = names.economy(claim.area)
    if "place" not in rank:
        return f"No official figure of {economy} for {claim.year} is in this release."
    where = f"among {rank['economies']} economies ({names.publisher(rank['source'])}, vintage {rank['vintage']})"
    larger = ", ".join(names.economy(area) for area in rank["larger"][:3])
    place = f"In {claim.year} {economy} had place {rank['place']} {where}" + (f", behind {larger}" if larger else "")
    if not larger and rank["runner_up"] and rank["runner_up"][1] > 0:
        times = f"{rank['value'] / rank['runner_up'][1]:.1f} times"
        place += f", with {times} the figure of the next, {names.economy(rank['runner_up'][0])}"
    if rank["is_complete"] or rank["verdict"] == CONTRADICTED:
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


def _elsewhere(figure: Mapping[str, Any], unit: Unit, names: Names) -> str:
    """Return where else the number fits, as a sentence."""
    words = {
        "another scale": "fits on another scale, such as millions for billions; the figure is",
        "another year": f"is that of {figure['year']}",
        "another economy": f"is that of another economy, {names.economy(figure['area'])}",
    }[figure["kind"]]
    value = readable(figure["value"], unit)
    return f"The number {words}: {value} ({names.publisher(figure['source'])}, vintage {figure['vintage']})."
