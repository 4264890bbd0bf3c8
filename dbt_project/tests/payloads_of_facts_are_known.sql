-- Fault: a raw file without its origin card. Every payload that a fact names has a card for that source and resource.
with
    facts as (
        select distinct source, payload_sha256
        from {{ ref("fct_indicator") }}
        union all
        select distinct source, payload_sha256
        from {{ ref("fct_bilateral_services") }}
        union all
        select distinct source, payload_sha256
        from {{ ref("fct_patent_count") }}
        union all
        select distinct source, payload_sha256
        from {{ ref("fct_co_invention") }}
        union all
        select distinct source, payload_sha256
        from {{ ref("fct_published_figure") }}
    )

select facts.source, facts.payload_sha256
from facts
left join
    {{ ref("dim_payload") }} as payloads
    on facts.source = payloads.source
    and facts.payload_sha256 = payloads.payload_sha256
where payloads.payload_sha256 is null
