{{ config(materialized="view") }}
select
    source,
    resource,
    'bilateral_services_' || flow as series,
    'bilateral_services_' || flow as measure,
    'reference_year' as clock,
    '_Z' as authority,
    reporter as area,
    partner as counterpart_area,
    item,
    year,
    vintage,
    value,
    unit,
    obs_status,
    published_value,
    correction_id
from {{ ref("int_bilateral_services_unioned") }}
