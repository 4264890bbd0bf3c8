{{ config(materialized="view") }}
select
    source,
    resource,
    'trademark_registrations_' || counting || '_' || clock as series,
    'trademark_registrations_' || counting as measure,
    clock,
    '_Z' as authority,
    owner as area,
    office as counterpart_area,
    item,
    year,
    vintage,
    value,
    unit,
    obs_status,
    published_value,
    correction_id
from {{ ref("int_trademark_registrations_unioned") }}
