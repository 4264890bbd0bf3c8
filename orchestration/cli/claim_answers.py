"""Answers to sentences: the verdict in plain words, a correction that is ready to print, its citation, and what is missing."""

from collections.abc import Iterator, Mapping
from typing import Any

from orchestration.catalog.claim_text.reading import Candidate, Reading
from orchestration.cli.names import Names
from orchestration.contracts.metric import NOT_APPLICABLE
from orchestration.methods.verdicts import CONTRADICTED, VERDICT_WORDS
from orchestration.releases.claim_check import Judged
from orchestration.releases.figure_lookup import TOTAL, WORLD
from orchestration.releases.package import citation
from orchestration.site.formatting import in_words, readable


def answer(judged: Judged, names: Names) -> dict[str, Any]:
    """Return the answer to one reading of a sentence: its words, the parts of a claim file that were understood, and the audit."""
    reading, row, claim = judged.reading, judged.audit, judged.reading.claim
    verdict_words, says = _refusal(reading)
    correction = cited = None
    if claim and judged.rank:
        says = _of_rank(judged.rank, claim, names)
    elif claim and row:
        says = row["explanation"]
        if row["value_latest"] is not None:
            works = [names.works[source] for source in row["source"].split("+") if source in names.works]
            correction = _official(row, claim, names)
            cited = citation(names.release.id, names.release.published_at, claim.metric, works)
    return {
        "sentence": reading.sentence,
        "amount": reading.amount.printed if reading.amount else "the rank" if reading.parts else None,
        "verdict": judged.verdict,
        "verdict_words": VERDICT_WORDS.get(judged.verdict or "", verdict_words),
        "understood": list(_understood(reading, names)),
        "says": says,
        "correction": correction,
        "citation": cited,
        "missing": list(reading.missing),
        "claim": reading.parts,
        "candidates": [candidate.parts for candidate in reading.candidates],
        "elsewhere": judged.elsewhere,
        "elsewhere_words": [_elsewhere(figure, names) for figure in judged.elsewhere],
        "rank": judged.rank,
        "audit": dict(row) if row else None,
    }


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
    is_certain = rank["is_complete"] or rank["verdict"] == CONTRADICTED
    return f"{place}." + (
        "" if is_certain else " Other economies may have larger figures that are not in this release."
    )


def _refusal(reading: Reading) -> tuple[str, str]:
    """Return in a few words and in a sentence why a reading has no verdict."""
    if not reading.is_judged:
        return "not judged", f"{reading.missing[0]}."
    if reading.missing:
        return "not understood", f"No verdict. Missing is {'; '.join(reading.missing)}."
    fitting = " or ".join(f"{in_words(fit.metric)} ({in_words(fit.measure)})" for fit in reading.candidates)
    says = f"No verdict. The sentence fits several measures: {fitting}. Name one, in a claim file or in the sentence."
    return "several measures fit", says


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


def _elsewhere(figure: Mapping[str, Any], names: Names) -> str:
    """Return where else the number fits, as a sentence."""
    words = {
        "another scale": "fits on another scale, such as millions for billions; the figure is",
        "another year": f"is that of {figure['year']}",
        "another economy": f"is that of another economy, {names.economy(figure['area'])}",
    }[figure["kind"]]
    value = readable(figure["value"], names.units[figure["unit"]])
    return f"The number {words}: {value} ({names.publisher(figure['source'])}, vintage {figure['vintage']})."
