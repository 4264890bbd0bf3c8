---
question: Do the claims of an opinion article on the co-operation of China and the United States hold?
concept: receipts and payments with the world
answer: Of its {claims} claims ({of_whom}), {verdicts}.
page: "#claims"
link: Claim by claim
---
with counted as (
    select
        verdict,
        count(*) as claims,
        min(said_by) as first_name,
        max(said_by) as last_name,
        max(said_on) as said_on,
        case count(*) when 1 then ' is ' else ' are ' end || case verdict {{ verdict_words }} end as words
    from fct_claim_audit
    group by verdict
)

select
    sum(claims)::integer as claims,
    case when min(first_name) = max(last_name) then min(first_name) else 'of several authors' end as of_whom,
    string_agg(
        claims || replace(replace(words, ' is differs', ' differs'), ' are differs', ' differ'),
        ', ' order by claims desc, words
    ) as verdicts,
    max(said_on) as said_on
from counted
having count(*) > 0
