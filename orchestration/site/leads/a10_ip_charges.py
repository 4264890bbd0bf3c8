"""Who pays whom for intellectual property: the newest report, how it compares with the other direction, and why none is newer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from orchestration.site.lead import Lead, Sentence, Wording, multiple


def _sentences(rows: Sequence[Mapping[str, Any]], wording: Wording) -> Iterator[Sentence]:
    newest = rows[0]
    payer, recipient = (wording.economy(newest[side]) for side in ("payer", "recipient"))
    yield (
        f"{payer} paid {recipient} ",
        wording.figure(newest["value"], newest["unit"]),
        f" for the use of intellectual property in {newest['year']} (source: {wording.publisher(newest['source'])}).",
    )
    both = next((row for row in rows if row["back"]), None)
    if both:
        larger, smaller = max(both["value"], both["back"]), min(both["value"], both["back"])
        payer, recipient = (wording.economy(both[side]) for side in ("payer", "recipient"))
        if both["back"] > both["value"]:
            payer, recipient = recipient, payer
        yield (
            f"in {both['year']}, the last year with both directions from one publisher, {payer} paid ",
            multiple(larger, smaller),
            f" what it earned from {recipient}.",
        )
    if wording.is_old(newest["year"]):
        areas = {newest["payer"], newest["recipient"]}
        brings = (
            "the live feed of the U.S. Bureau of Economic Analysis, which has every partner since 1999"
            if "USA" in areas
            else "the live feeds of OECD and Eurostat"
        )
        yield (f"no later report is in this release; {brings}, would bring one.",)


LEAD = Lead(
    tables=("bilateral_ip_charges",),
    sentences=_sentences,
    sql="""
with
flows as (
    select counterpart_area as payer, area as recipient, year, value, unit, source, vintage, basis
    from bilateral_ip_charges
    where
        item = 'SH' and basis in ('reported', 'mirrored') and value > 0
        and ((area = $area and counterpart_area = $counterpart) or (area = $counterpart and counterpart_area = $area))
)
select one.payer, one.recipient, one.year, one.value, one.unit, one.source, other.value as back
from flows as one
left join flows as other on one.payer = other.recipient and one.year = other.year and one.source = other.source
order by one.year desc, one.basis = 'reported' desc, one.value desc, one.vintage desc, one.source
""",
)
