{{ config(materialized="view") }}
select
    source,
    resource,
    'balanced_services' as series,
    'balanced_services' as measure,
    'reference_year' as clock,
    '_Z' as authority,
    exporter as area,
    importer as counterpart_area,
    item,
    year,
    vintage,
    value,
    unit,
    obs_status,
    cast(null as {{ double_type() }}) as published_value,
    cast(null as {{ type_string() }}) as correction_id
from {{ ref("int_balanced_services_chosen") }}
