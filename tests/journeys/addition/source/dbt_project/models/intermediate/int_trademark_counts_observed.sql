{{ config(materialized="view") }}
select
    source,
    resource,
    'trademarks_' || authority || '_' || clock || '_' || counting as series,
    'trademarks_' || counting as measure,
    clock,
    authority,
    area,
    counterpart_area,
    '_T' as item,
    year,
    vintage,
    value,
    unit,
    obs_status,
    published_value,
    correction_id
from {{ ref("int_trademark_counts_unioned") }}
