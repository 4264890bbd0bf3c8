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
    digital as (
        select
            *,
            -- what could be delivered over a network and what was are different measures
            case when indicator like '%deliverable%' then 'deliverable' else 'delivered' end as concept,
            case when indicator like '%exports' then 'exports' else 'imports' end as direction
        from indicators
        where
            value is not null
            and indicator in (
                'digitally_deliverable_exports',
                'digitally_deliverable_imports',
                'digitally_delivered_exports',
                'digitally_delivered_imports'
            )
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
            digital.concept || '_share_of_' || digital.direction as measure,
            digital.area,
            'W00' as counterpart_area,
            '_T' as item,
            digital.year,
            100 * digital.value / nullif(trade.value, 0) as value,
            'PT' as unit,
            {{ combined_status(["digital.obs_status", "trade.obs_status"]) }} as obs_status,
            'derived' as basis,
            {{ combined_source("digital.source", "trade.source") }} as source,
            greatest(digital.vintage, trade.vintage) as vintage,
            digital.is_latest and trade.is_latest as is_latest
        from digital
        inner join
            trade
            on digital.area = trade.area
            and digital.year = trade.year
            and digital.direction = trade.direction
            and {{ current_together("digital", "trade") }}
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
