{#- no view in Spark can call a function of the session, and twelve_digits is one there -#}
{{ config(materialized="table" if target.type == "spark" else "view") }}

-- a vintage is reviewed unmodified, without corrections
select
    source,
    resource,
    series,
    vintage,
    area,
    counterpart_area,
    item,
    year,
    coalesce(published_value, value) as value,
    coalesce({{ twelve_digits("coalesce(published_value, value)") }}, '') || ' ' || unit || ' ' || obs_status as line
from {{ ref("int_observations_unioned") }}
union all
select
    source,
    resource,
    'published_figures' as series,
    vintage,
    area,
    counterpart_area,
    measure || ' ' || item as item,
    year,
    coalesce(published_value, value) as value,
    coalesce({{ twelve_digits("coalesce(published_value, value)") }}, '') || ' ' || unit || ' ' || qualifier as line
from {{ ref("int_figures_unioned") }}
