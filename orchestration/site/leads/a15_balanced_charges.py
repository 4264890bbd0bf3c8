"""The balanced estimates of charges for intellectual property where neither economy reports them, and that they are no reports."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from orchestration.site.lead import Lead, Sentence, Wording


def _sentences(rows: Sequence[Mapping[str, Any]], wording: Wording) -> Iterator[Sentence]:
    larger = rows[0]
    payer, recipient = (wording.economy(larger[side]) for side in ("payer", "recipient"))
    start = (
        f"neither economy's report is held; by balanced estimates (source: {wording.publisher(larger['source'])}), {payer} paid {recipient} ",
        wording.figure(larger["value"], larger["unit"]),
        f" for the use of intellectual property in {larger['year']}",
    )
    back = next((row for row in rows[1:] if row["source"] == larger["source"]), None)
    if back:
        yield (*start, " and earned ", wording.figure(back["value"], back["unit"]), " from it.")
    else:
        yield (*start, ".")


LEAD = Lead(
    tables=("bilateral_ip_charges",),
    sentences=_sentences,
    sql="""
with
flows as (
    select *
    from bilateral_ip_charges
    where
        item = 'SH' and value > 0
        and ((area = $area and counterpart_area = $counterpart) or (area = $counterpart and counterpart_area = $area))
)
select counterpart_area as payer, area as recipient, year, value, unit, source
from flows
where
    basis = 'balanced' and year = (select max(year) from flows where basis = 'balanced')
    and not exists (select 1 from flows where basis in ('reported', 'mirrored'))
order by value desc, area
""",
)
