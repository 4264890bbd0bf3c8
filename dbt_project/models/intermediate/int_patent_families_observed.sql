{{ config(materialized="view") }}
select
    source,
    resource,
    'patent_families_' || counting || '_' || clock as series,
    'patent_families_' || counting as measure,
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
from {{ ref("int_patent_families_unioned") }}
