{{ config(materialized="view") }}
select
    source,
    resource,
    measure || '_' || clock as series,
    measure,
    clock,
    '_Z' as authority,
    area,
    'W00' as counterpart_area,
    item,
    year,
    vintage,
    value,
    unit,
    obs_status,
    published_value,
    correction_id
from {{ ref("int_patent_counts_unioned") }}
