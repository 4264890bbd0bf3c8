select
    'synthetic_trademark_applications' as metric_id,
    'applications' as measure,
    area,
    'W00' as counterpart_area,
    item,
    year,
    {{ no_base_year() }} as base_year,
    value,
    unit,
    obs_status,
    'reported' as basis,
    source,
    vintage,
    is_latest
from {{ ref("fct_indicator") }}
where indicator = 'trademark_applications'
