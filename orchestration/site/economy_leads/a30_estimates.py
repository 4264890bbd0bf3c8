"""The largest estimate for an economy that reports neither receipts from nor payments to the world."""

from __future__ import annotations

from orchestration.site.lead import Lead, Rows, Sentences, Wording


def _sentences(rows: Rows, wording: Wording) -> Sentences:
    largest = rows[0]
    payer, recipient = (wording.economy(largest[side]) for side in ("payer", "recipient"))
    yield (
        f"no report of what {wording.economies[0].in_text} receives from or pays to the world for intellectual property is in this "
        "release; live feeds of the World Bank and the International Monetary Fund bring one where there is one.",
    )
    yield (
        f"by balanced estimates (source: {wording.publisher(largest['source'])}), {payer} paid {recipient} ",
        wording.figure(largest["value"], largest["unit"], "E"),
        f" for the use of intellectual property in {largest['year']}"
        + ("; a newer edition of the estimates would bring later years." if wording.is_old(largest["year"]) else "."),
    )


LEAD = Lead(
    concept="charges between two economies",
    sentences=_sentences,
    sql="""
with
flows as (
    select counterpart_area as payer, area as recipient, year, value, unit, source
    from bilateral_ip_charges
    where area = $area and counterpart_area <> 'W00' and item = 'SH' and basis = 'balanced' and value > 0
    union all
    select counterpart_area as payer, area as recipient, year, value, unit, source
    from bilateral_ip_charges
    where counterpart_area = $area and area <> 'W00' and item = 'SH' and basis = 'balanced' and value > 0
),
world as (
    select area from ip_receipts where area = $area and counterpart_area = 'W00' and value is not null
    union all
    select area from ip_payments where area = $area and counterpart_area = 'W00' and value is not null
)
select payer, recipient, year, value, unit, source
from flows
where (select count(*) from world) = 0
order by year desc, value desc, payer, recipient, source
limit 1
""",
)
