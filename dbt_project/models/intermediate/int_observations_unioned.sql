{%- set columns = [
    "source",
    "resource",
    "series",
    "area",
    "counterpart_area",
    "item",
    "year",
    "vintage",
    "value",
    "unit",
    "obs_status",
    "published_value",
    "correction_id",
] %}
with
    indicators as (select *, indicator as series, 'W00' as counterpart_area from {{ ref("int_indicators_dated") }}),
    bilateral_services as (
        select *, 'bilateral_services_' || flow as series, reporter as area, partner as counterpart_area
        from {{ ref("int_bilateral_services_unioned") }}
    ),
    patent_counts as (
        select *, measure || '_' || clock as series, 'W00' as counterpart_area, '_T' as item
        from {{ ref("int_patent_counts_unioned") }}
    ),
    co_inventions as (
        select *, 'co_inventions_' || authority || '_' || clock || '_' || counting as series
        from {{ ref("int_co_inventions_unioned") }}
    ),
    patent_filings as (
        select
            *,
            document || '_' || route || '_' || filed || '_' || counting || '_' || clock as series,
            origin as area,
            office as counterpart_area,
            '_T' as item
        from {{ ref("int_patent_filings_unioned") }}
    )

select {{ columns | join(", ") }}
from indicators
union all
select {{ columns | join(", ") }}
from bilateral_services
union all
select {{ columns | join(", ") }}
from patent_counts
union all
select {{ columns | join(", ") }}
from co_inventions
union all
select {{ columns | join(", ") }}
from patent_filings
