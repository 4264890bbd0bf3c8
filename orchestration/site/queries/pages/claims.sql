-- Claims: newest first, each with the nearest official figure of its series
select
    claims.*,
    claims.source as source_latest,
    claims.basis as basis_latest,
    figures.value as value_nearest,
    figures.year as year_nearest,
    figures.source as source_nearest,
    figures.basis as basis_nearest,
    figures.vintage as vintage_nearest
from fct_claim_audit as claims
left join
    metric_vintages as figures
    on claims.metric_id = figures.metric_id
    and claims.measure = figures.measure
    and claims.area = figures.area
    and claims.counterpart_area = figures.counterpart_area
    and claims.item = figures.item
    and claims.clock = figures.clock
    and claims.authority = figures.authority
    and claims.unit = figures.unit
    and figures.is_latest
    and figures.value is not null
    and figures.basis <> 'balanced'
qualify row_number() over (
    partition by claims.claim_id
    order by abs(figures.year - claims.year), figures.basis = 'reported' desc, figures.vintage desc, figures.source
) = 1
order by claims.said_on desc, claims.claim_id
