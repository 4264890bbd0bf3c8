select
    whole.source,
    whole.resource,
    whole.payload_sha256,
    whole.payload_pointer,
    whole.origin,
    whole.office,
    whole.document,
    whole.filed,
    whole.counting,
    whole.year,
    direct.value + entered.value as seen,
    whole.value as expected
from {{ ref("fct_patent_filing") }} as whole
inner join
    {{ ref("fct_patent_filing") }} as direct using (
        source, origin, office, document, filed, counting, clock, year, vintage
    )
inner join
    {{ ref("fct_patent_filing") }} as entered using (
        source, origin, office, document, filed, counting, clock, year, vintage
    )
where
    whole.route = 'all'
    and direct.route = 'direct'
    and entered.route = 'pct_national_phase'
    and direct.value + entered.value <> whole.value
