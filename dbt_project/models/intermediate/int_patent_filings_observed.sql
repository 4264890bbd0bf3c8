{{ config(materialized="view") }}
select
    source,
    resource,
    document || '_' || route || '_' || filed || '_' || counting || '_' || clock as series,
    document || '_' || route || '_' || filed || '_' || counting as measure,
    clock,
    '_Z' as authority,
    origin as area,
    office as counterpart_area,
    '_T' as item,
    year,
    vintage,
    value,
    unit,
    obs_status,
    published_value,
    correction_id
from {{ ref("int_patent_filings_unioned") }}
