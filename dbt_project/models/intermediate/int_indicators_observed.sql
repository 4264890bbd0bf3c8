{{ config(materialized="view") }}
select
    source,
    resource,
    indicator as series,
    indicator as measure,
    {{ indicator_clock("indicator") }} as clock,
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
from {{ ref("int_indicators_dated") }}
