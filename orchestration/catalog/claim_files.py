"""Claim files: figures that other people published, read from YAML and validated."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import pyarrow as pa
from pydantic import Field, model_validator

from orchestration.catalog.entry_files import Address, InVocabulary, PastDay, UnitCode, Vocabulary, columns, read_table
from orchestration.contracts.metric import CLOCKS, NO_CLOCK, NOT_APPLICABLE
from orchestration.core.strict_yaml import Name, Strict, Text
from orchestration.methods.codes import WORLD

CLAIMS_SCHEMA = columns(
    "claim_id said_by said_on:date32 title url paraphrase metric_id measure area counterpart_area item clock authority "
    "year:int32 base_year:int32 value:double unit tolerance:double needs bound_rule bound_figures bound_times:double "
    "bound_because file"
)
"""The raw table ``claims`` of the catalogue, one row a claim; tolerance is absolute, in the claim's unit."""

WIDEST = 0.5
"""Share of the value: half a unit of the last printed digit where the only digit is a 1."""
WIDEST_OF_ZERO = {"USD": 0.5e9}
"""Half a unit of a printed zero, in the claim's unit: money is printed in billions, all else as it is."""

_Area = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]{2,}$")]
_Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]


class Tolerance(Strict):
    """Largest difference at which a figure still matches the claim: half the last printed digit, or a stated reason."""

    absolute: _Positive = Field(description="Distance in the claim's unit; at most half of the claimed value.")
    because: Text = Field(description="Why this distance, such as the last digit that was printed.")


class Said(Strict):
    """The author, day and place of a claim."""

    said_by: Text = Field(description="Authors and medium.")
    said_on: PastDay = Field(description="Day on which it was published.")
    title: Text = Field(description="Title of the text.")
    url: Address = Field(description="Address of the text.")


class BoundRule(Strict):
    """A range for the claimed figure, computed from published ones, where no official series has it."""

    rule: Literal["product", "at_most", "at_least", "above_others"] = Field(
        description="product: between the ends of the figures' product; at_most: no more than their product; at_least: "
        "the claim is a lower limit of their product, or without figures of the official figure; above_others: at "
        "least `times` the largest official figure of another economy, whatever the official figure of this one is."
    )
    figures: Annotated[list[Annotated[str, Field(pattern=r"^[a-z0-9_]+/[a-z0-9_]+$")]], Field(max_length=4)] = Field(
        default=[],
        description="Identifiers in fct_published_figure, such as publication/figure; a percentage is a factor.",
    )
    times: _Positive | None = Field(default=None, description="For above_others, how many times the next largest.")
    because: Text = Field(description="How the figures bound the claim, and how they differ from it.")

    @model_validator(mode="after")
    def _has_what_its_rule_needs(self) -> BoundRule:
        is_above = self.rule == "above_others"
        if (self.times is not None) != is_above or (self.rule != "at_least" and bool(self.figures) == is_above):
            raise ValueError(
                "above_others needs times and no figures; the others need no times, product and at_most figures"
            )
        return self


class ClaimedFigure(Strict):
    """The figure that a claim states, in the terms of a metric's table."""

    metric: Annotated[Name, InVocabulary] = Field(
        description="Metric, or table of published figures, that the claim amounts to."
    )
    measure: Name = Field(description="Measure within the metric.")
    area: Annotated[_Area, InVocabulary] = Field(description="ISO 3166 alpha-3, or an aggregate's code in dim_area.")
    counterpart_area: Annotated[_Area, InVocabulary] = Field(
        default=WORLD, description="As area; W00 (world) if the figure has no counterpart."
    )
    item: Annotated[str, Field(pattern=r"^(_T|[A-Z][A-Z0-9_]*)$"), InVocabulary] = Field(
        default="_T", description="EBOPS 2010 item or technology field; _T is the total."
    )
    clock: Annotated[str, Field(pattern=f"^({'|'.join(CLOCKS)})$")] = Field(
        default=NO_CLOCK, description="Which year the figure is about, such as grant_year for patents counted at grant."
    )
    authority: Annotated[str, Field(pattern=r"^(_Z|[A-Z0-9][A-Z0-9_]*)$")] = Field(
        default=NOT_APPLICABLE,
        description="Patent authority that counts, such as US50 for the United States office; _Z where there is none.",
    )
    year: Annotated[int, Field(ge=1900, le=2100)] = Field(description="Year of the figure.")
    base_year: Annotated[int, Field(ge=1900, le=2100)] | None = Field(
        default=None,
        description="For growth, the year from which it counts; the unit is then PT, or PN for a multiple.",
    )
    value: Annotated[float, Field(allow_inf_nan=False)] = Field(description="Figure as claimed, in unit.")
    unit: UnitCode = Field(
        description="Code of dim_unit, such as USD for single US dollars, PT for percent, PN for a pure number."
    )
    tolerance: Tolerance

    @model_validator(mode="after")
    def _tolerance_fits_the_value(self) -> Self:
        absolute = self.tolerance.absolute
        widest = WIDEST * abs(self.value) if self.value else WIDEST_OF_ZERO.get(self.unit, WIDEST)
        if absolute > widest:
            raise ValueError(
                f"an absolute tolerance of {absolute:g} is wider than {widest:g} in the claim's unit, half a "
                "unit of the last digit of a value of one digit; "
                f"a claim of {self.value:g} that vague is not verifiable"
            )
        return self


class ClaimEntry(ClaimedFigure):
    """One claimed figure, with the published metric that it is about."""

    id: Name = Field(description="Identifier, unique over all claim files; the key of fct_claim_audit.")
    paraphrase: Text = Field(max_length=300, description="What was said, in a short sentence of our own.")
    reading: Text | None = Field(
        default=None,
        description="How words became a metric where the text is open, such as a year it does not state.",
    )
    needs: Text | None = Field(
        default=None,
        description="Source that would bring the figure, where the metric's own description is too general.",
    )
    bound: BoundRule | None = Field(default=None, description="Bound from published figures, where no series decides.")


class ClaimFile(Strict):
    """One text and the claims taken from it."""

    source: Said
    claims: Annotated[list[ClaimEntry], Field(min_length=1)]


def claims_table(*paths: Path, vocabulary: Vocabulary | None = None) -> pa.Table:
    """Return all claims of folders or files in ``CLAIMS_SCHEMA``; see ``read_table``."""
    return read_table(CLAIMS_SCHEMA, paths, ClaimFile, "claim", _row, vocabulary)


def printed_precision(printed: str) -> float:
    """Return half a unit of the last digit that was printed: 0.05 billion for ``144.5e9``.

    A text that prints no decimals is read in its largest scale, and zeros after its second digit do not count:
    ``8000000000`` is 8 billion, known to half a billion, and ``440e6`` is known to 5 million.

    Raises:
        ValueError: the text is not a decimal number.
    """
    if not re.fullmatch(r"[+-]?\d+(\.\d+)?([eE][+-]?\d{1,3})?", printed):
        raise ValueError(f"{printed[:40]!r} is not a decimal number such as 144.5e9")
    _, digits, exponent = Decimal(printed).as_tuple()
    whole = "".join(map(str, digits))
    if "." not in printed:
        if "e" not in printed.lower():
            groups = (len(whole) - len(whole.rstrip("0"))) // 3
            whole, exponent = whole[: len(whole) - 3 * groups], 3 * groups
        exponent = int(exponent) + len(whole) - max(2, len(whole.rstrip("0"))) if len(whole) > 2 else exponent
    return float(Decimal(5).scaleb(int(exponent) - 1))


def _row(content: ClaimFile, claim: ClaimEntry) -> dict[str, Any]:
    return {
        **content.source.model_dump(),
        **claim.model_dump(),
        **{f"bound_{name}": value for name, value in (claim.bound or ())},
        "bound_figures": " ".join(claim.bound.figures if claim.bound else ()) or None,
        "metric_id": claim.metric,
        "tolerance": claim.tolerance.absolute,
    }
