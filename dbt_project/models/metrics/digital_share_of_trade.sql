with
    indicators as (
        select *, {{ superseded_on(["source", "indicator", "area", "year"]) }} as superseded_on
        from {{ ref("fct_indicator") }}
        where item = '_T'
    ),
    -- what could be delivered over a network and what was are different measures
    digital as (
        {%- for concept, direction in [
            ("deliverable", "exports"),
            ("deliverable", "imports"),
            ("delivered", "exports"),
            ("delivered", "imports"),
        ] %}
            select
                *,
                '{{ concept }}_share_of_{{ direction }}' as measure,
                '{{ direction }}_share_of_gdp' as share_indicator
            from indicators
            where indicator = 'digitally_{{ concept }}_{{ direction }}' and value is not null
            {%- if not loop.last %}
                union all
            {%- endif -%}
        {%- endfor %}
    ),
    figures as (
        select
            digital.measure,
            digital.area,
            'W00' as counterpart_area,
            digital.item,
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
            {{ ref("int_gdp_shares_converted") }} as trade
            on digital.area = trade.area
            and digital.year = trade.year
            and digital.share_indicator = trade.share_indicator
            and {{ current_together("digital", "trade") }}
        union all
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
    )

    {{ metric("digital_share_of_trade", "figures", ["counterpart_area", "item"]) }}
