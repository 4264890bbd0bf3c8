with
    indicators as (
        select
            source,
            indicator,
            area,
            year,
            vintage,
            value,
            obs_status,
            is_latest,
            {{ superseded_on(["source", "indicator", "area", "item", "year"]) }} as superseded_on
        from {{ ref("fct_indicator") }}
        where item = '_T'
    ),
    deliverable as (
        select *, case when indicator = 'digitally_deliverable_exports' then 'exports' else 'imports' end as direction
        from indicators
        where indicator in ('digitally_deliverable_exports', 'digitally_deliverable_imports') and value is not null
    ),
    trade as (
        select
            source,
            area,
            year,
            vintage,
            case when share_indicator = 'exports_share_of_gdp' then 'exports' else 'imports' end as direction,
            value,
            obs_status,
            is_latest,
            superseded_on
        from {{ ref("int_gdp_shares_converted") }}
        where share_indicator in ('exports_share_of_gdp', 'imports_share_of_gdp')
    ),
    shares as (
        select
            'deliverable_share_of_' || deliverable.direction as measure,
            deliverable.area,
            'W00' as counterpart_area,
            '_T' as item,
            deliverable.year,
            100 * deliverable.value / nullif(trade.value, 0) as value,
            'PT' as unit,
            {{ combined_status(["deliverable.obs_status", "trade.obs_status"]) }} as obs_status,
            'derived' as basis,
            {{ combined_source("deliverable.source", "trade.source") }} as source,
            greatest(deliverable.vintage, trade.vintage) as vintage,
            deliverable.is_latest and trade.is_latest as is_latest
        from deliverable
        inner join
            trade
            on deliverable.area = trade.area
            and deliverable.year = trade.year
            and deliverable.direction = trade.direction
            and {{ stood_together("deliverable", "trade") }}
    ),
    published as (
        select
            'delivered_share_of_exports' as measure,
            area,
            counterpart_area,
            item,
            year,
            value,
            unit,
            obs_status,
            'reported' as basis,
            source,
            vintage,
            is_latest
        from {{ ref("fct_published_figure") }}
        where measure = 'digitally_delivered_share_of_exports'
    ),
    figures as (
        select *
        from shares
        union all
        select *
        from published
    )

select
    'digital_share_of_trade' as metric_id,
    measure,
    area,
    counterpart_area,
    item,
    year,
    {{ no_base_year() }} as base_year,
    value,
    unit,
    obs_status,
    basis,
    source,
    vintage,
    is_latest
from figures
