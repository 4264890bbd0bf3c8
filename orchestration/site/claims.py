"""Published claims in words: what official figures say to each, with the figures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from duckdb import DuckDBPyConnection

from orchestration.methods.verdicts import DIFFERS_NOW, VERDICT_WORDS
from orchestration.site.formatting import readable
from orchestration.site.lead import Said, Sentence
from orchestration.site.release_context import ReleaseContext

AUDIT = "fct_claim_audit"


@dataclass(frozen=True)
class Claim:
    """A row of the audit, and sentences that name the figures."""

    row: Mapping[str, Any]
    sentences: tuple[Sentence, ...]

    @property
    def verdict_words(self) -> str:
        verdict = str(self.row["verdict"])
        return VERDICT_WORDS.get(verdict, verdict.replace("_", " "))

    @property
    def is_linked(self) -> bool:
        """Whether the address may be a link."""
        return str(self.row["url"]).startswith(("https://", "http://"))


def claims_of(connection: DuckDBPyConnection, context: ReleaseContext) -> list[Claim]:
    """The claims of the release's audit, newest first; none where the release has no audit."""
    if AUDIT not in context.tables:
        return []
    cursor = connection.execute(_CLAIMS)
    names = [column[0] for column in cursor.description or ()]
    rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return [Claim(row, tuple(_sentences(row, context))) for row in rows]


def _sentences(row: Mapping[str, Any], context: ReleaseContext) -> Iterator[Sentence]:
    claimed = Said(row["claimed_value"], readable(row["claimed_value"], context.units[row["unit"]]))
    if row["value_latest"] is None:
        yield from _not_held(row, context, claimed)
        return
    yield ("Claimed: ", claimed, f" for {row['year']}. Official figures say ", *_official(row, "latest", context), ".")
    yield from _compared(row)
    yield from _when_said(row, context)
    if row["fits_value"] is not None:
        measure = row["fits_measure"].replace("_", " ")
        fits = Said(row["fits_value"], readable(row["fits_value"], context.units[row["unit"]]))
        yield ("The number claimed belongs to another measure, ", f"{measure} in {row['fits_year']}: ", fits, ".")


def _not_held(row: Mapping[str, Any], context: ReleaseContext, claimed: Said) -> Iterator[Sentence]:
    brings = row["source_that_would_bring_it"]
    yield (
        "Claimed: ",
        claimed,
        f" for {row['year']}. This release has no official figure for it; {brings} would bring one.",
    )
    if row["value_nearest"] is not None:
        yield (
            f"The nearest official figure of this series is for {row['year_nearest']}: ",
            *_official(row, "nearest", context),
            ".",
        )


def _compared(row: Mapping[str, Any]) -> Iterator[Sentence]:
    deviation = row["deviation_percent"]
    if row["verdict"] == "confirmed":
        yield ("The claim agrees with it.",)
    elif deviation is not None:
        words = "higher" if deviation > 0 else "lower"
        yield ("The claim is ", Said(deviation, f"{abs(deviation):,.1f} percent"), f" {words}.")


def _when_said(row: Mapping[str, Any], context: ReleaseContext) -> Iterator[Sentence]:
    if row["value_when_said"] is None:
        yield ("This release has no vintage from when it was said, so the official figure of that time is not known.",)
        if row["verdict"] == DIFFERS_NOW:
            yield from _open_question(row)
    elif row["value_when_said"] == row["value_latest"]:
        yield ("The official figure was the same when it was said.",)
    else:
        value = readable(row["value_when_said"], context.units[row["unit"]])
        yield ("When it was said, the official figure was ", Said(row["value_when_said"], value), ".")


def _open_question(row: Mapping[str, Any]) -> Iterator[Sentence]:
    moved = row["largest_revision_percent"]
    if moved is None:
        yield ("Whether it was right then is open: how far this series is revised is not known from one vintage.",)
        return
    whose = "this series" if row["largest_revision_of"] == "series" else "comparable series"
    shown = Said(moved, f"{moved:,.1f} percent")
    yield (
        "Whether it was right then is open: between the vintages in this release ",
        whose,
        " moved by up to ",
        shown,
        ".",
    )


def _official(row: Mapping[str, Any], which: str, context: ReleaseContext) -> Sentence:
    value, source, basis, vintage = (row[f"{name}_{which}"] for name in ("value", "source", "basis", "vintage"))
    shown = Said(value, readable(value, context.units[row["unit"]]))
    return (shown, f" ({context.publishers(source)}, {basis}, vintage {vintage.isoformat()})")


_CLAIMS = """
select
    claims.*,
    claims.source as source_latest,
    claims.basis as basis_latest,
    figures.value as value_nearest,
    figures.year as year_nearest,
    figures.source as source_nearest,
    figures.basis as basis_nearest,
    figures.vintage as vintage_nearest
from fct_claim_audit as claims
left join
    metric_vintages as figures
    on claims.metric_id = figures.metric_id
    and claims.measure = figures.measure
    and claims.area = figures.area
    and claims.counterpart_area = figures.counterpart_area
    and claims.item = figures.item
    and claims.clock = figures.clock
    and claims.authority = figures.authority
    and claims.unit = figures.unit
    and figures.is_latest
    and figures.value is not null
    and figures.basis <> 'balanced'
qualify row_number() over (
    partition by claims.claim_id
    order by abs(figures.year - claims.year), figures.basis = 'reported' desc, figures.vintage desc, figures.source
) = 1
order by claims.said_on desc, claims.claim_id
"""
