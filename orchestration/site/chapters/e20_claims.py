"""Published claims about the two economies, with the official figures."""

from orchestration.methods.verdicts import VERDICT_WORDS
from orchestration.site.chapter import Chapter, Listing

_WORDS = " ".join("when '{}' then '{}'".format(code, words.replace("'", "''")) for code, words in VERDICT_WORDS.items())

AUDIT = f"""
select
    audit.paraphrase as claim,
    audit.said_by,
    audit.said_on,
    audit.claimed_value,
    audit.value_latest as official_value,
    unit.name as unit,
    case audit.verdict {_WORDS} end as verdict,
    audit.explanation
from fct_claim_audit as audit
join dim_unit as unit on audit.unit = unit.unit
where {{which}}
order by audit.said_on, audit.claim_id
"""

CHAPTER = Chapter(
    title="Claims about the two economies",
    lead="Figures that others published about this pair, with the official figures. The front page lists the claims about "
    "every economy.",
    parts=(
        Listing(
            title="Claims and verdicts",
            sql=AUDIT.format(
                which="(audit.area, audit.counterpart_area) in (($area, $counterpart), ($counterpart, $area))"
            ),
        ),
    ),
)
