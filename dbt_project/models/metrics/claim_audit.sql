select
    'claim_audit' as metric_id,
    claim_id as measure,
    area,
    counterpart_area,
    item,
    year,
    cast(null as integer) as base_year,
    deviation_percent as value,
    'PT' as unit,
    case when deviation_percent is null then 'O' else 'A' end as obs_status,
    'derived' as basis,
    coalesce(source, 'none') as source,
    coalesce(vintage_latest, said_on) as vintage,
    true as is_latest
from {{ ref("fct_claim_audit") }}
