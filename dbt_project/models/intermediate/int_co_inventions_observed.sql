{{ config(materialized="view") }}
select
    source,
    resource,
    'co_inventions_' || authority || '_' || clock || '_' || counting as series,
    'co_inventions_' || counting as measure,
    clock,
    authority,
    area,
    counterpart_area,
    item,
    year,
    vintage,
    value,
    unit,
    obs_status,
    published_value,
    correction_id
from {{ ref("int_co_inventions_unioned") }}
