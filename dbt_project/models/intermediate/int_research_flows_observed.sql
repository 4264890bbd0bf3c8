{{ config(materialized="view") }}
select
    source,
    resource,
    measure || '_' || authority || '_' || clock as series,
    measure,
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
from {{ ref("int_research_flows_unioned") }}
