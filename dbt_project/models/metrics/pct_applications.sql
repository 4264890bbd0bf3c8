select
    'pct_applications' as metric_id,
    'applications_by_' || clock as measure,
    area,
    'W00' as counterpart_area,
    '_T' as item,
    year,
    {{ no_base_year() }} as base_year,
    value,
    unit,
    obs_status,
    'reported' as basis,
    source,
    vintage,
    is_latest
from {{ ref("fct_patent_count") }}
where measure = 'pct_applications' and not (value is null and obs_status = 'O')
