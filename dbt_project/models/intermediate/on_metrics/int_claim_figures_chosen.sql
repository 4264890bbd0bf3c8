with
    claims as (select * from {{ ref("stg_catalogue__claims") }}),
    economies as (
        select claim_id, year, area
        from claims
        union
        select claim_id, year, counterpart_area as area
        from claims
        union
        select claim_id, year, 'W00' as area
        from claims
    ),
    pairs as (
        select distinct one.year, one.area, other.area as counterpart_area
        from economies as one
        inner join economies as other on one.claim_id = other.claim_id
    ),
    measures as (select distinct metric_id, measure from claims),
    -- what a claim's figure was, is and was revised by; other economies, years and counterparts
    of_the_measure as (
        select metrics.* from {{ ref("int_metrics_unioned") }} as metrics inner join measures using (metric_id, measure)
    ),
    -- figures of a claim's year about its economies, which it may have been mistaken for
    of_the_year as (
        select metrics.*
        from {{ ref("int_metrics_unioned") }} as metrics
        inner join pairs using (year, area, counterpart_area)
        where metrics.base_year is null
    ),
    chosen as (
        select {{ metric_columns() | join(", ") }}
        from of_the_measure
        union
        select {{ metric_columns() | join(", ") }}
        from of_the_year
    ),
    published as (
        select
            'fct_trade_projection' as metric_id,
            measure,
            area,
            counterpart_area,
            item,
            year,
            value,
            unit,
            obs_status,
            basis,
            source,
            vintage,
            is_latest,
            false as is_preferred
        from {{ ref("fct_trade_projection") }}
        union all
        select
            'fct_published_figure' as metric_id,
            measure,
            area,
            counterpart_area,
            item,
            year,
            value,
            unit,
            obs_status,
            'published' as basis,
            source,
            vintage,
            is_latest,
            false as is_preferred
        from {{ ref("fct_published_figure") }}
    )

select {{ metric_columns() | join(", ") }}
from chosen
where basis not in ('reconciled', 'balanced')
union all
select
    {%- for column in metric_columns() %}
        {% if column in metric_defaults() and column not in ("counterpart_area", "item") -%}
            {{ metric_defaults()[column] }} as
        {%- endif %} {{ column }}{{ "," if not loop.last }}
    {%- endfor %}
from published
where metric_id in (select metric_id from claims)
