"""What other people said about the two, and what official figures say."""

from orchestration.site.chapter import Chapter, Listing

CHAPTER = Chapter(
    title="Claims about the two",
    lead="Figures that other people published about this pair, beside the official ones. Every claim about any economy is on "
    "the front page.",
    tables=("fct_claim_audit",),
    bilateral=False,
    parts=(
        Listing(
            title="Claims and verdicts",
            sql="""
select paraphrase as claim, said_by, said_on, claimed_value, value_latest as official_value, unit, verdict, explanation
from fct_claim_audit
where (area, counterpart_area) in (($area, $counterpart), ($counterpart, $area))
order by said_on, claim_id
""",
        ),
    ),
)
