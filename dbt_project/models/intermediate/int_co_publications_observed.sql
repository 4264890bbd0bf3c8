{{ config(materialized="view") }}
select
    source,
    resource,
    'co_publications_' || authority || '_' || clock || '_' || counting as series,
    'co_publications_' || counting as measure,
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
from {{ ref("int_co_publications_unioned") }}
