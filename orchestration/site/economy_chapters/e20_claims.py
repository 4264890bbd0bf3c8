"""Published claims about an economy, with the official figures."""

from orchestration.site.chapter import Chapter, Listing

CHAPTER = Chapter(
    title="Claims about the economy",
    lead="Figures that others published about this economy, with the official figures.",
    tables=("fct_claim_audit",),
    parts=(
        Listing(
            title="Claims and verdicts",
            sql="""
select
    audit.paraphrase as claim,
    audit.said_by,
    audit.said_on,
    audit.claimed_value,
    audit.value_latest as official_value,
    unit.name as unit,
    replace(audit.verdict, '_', ' ') as verdict,
    audit.explanation
from fct_claim_audit as audit
join dim_unit as unit on audit.unit = unit.unit
where $area in (audit.area, audit.counterpart_area)
order by audit.said_on, audit.claim_id
""",
        ),
    ),
)
