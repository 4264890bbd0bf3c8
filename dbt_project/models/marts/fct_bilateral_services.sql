with
    -- units of a currency for one US dollar, average of the year, as the newest vintage says
    rates as (
        select currencies.unit, rates.year, rates.value as currency_per_usd, rates.vintage as rate_vintage
        from {{ ref("fct_indicator") }} as rates
        inner join {{ ref("exchange_rate_areas") }} as currencies on rates.area = currencies.area
        where
            rates.source = 'world_bank'
            and rates.indicator = 'national_currency_per_us_dollar'
            and rates.is_latest
            and rates.value > 0
    ),
    reports as (
        select
            reports.*,
            reports.unit <> 'USD' as is_converted,
            case when reports.unit = 'USD' then 1 else rates.currency_per_usd end as divisor,
            rates.rate_vintage,
            -- a bound that an earlier figure lies within counts as older than everything
            case when matched.vintage is null then reports.vintage end as counted_vintage,
            breaks.series is not null as is_break
        from {{ ref("int_bilateral_services_unioned") }} as reports
        left join rates on reports.unit = rates.unit and reports.year = rates.year
        left join
            {{ ref("int_bounds_matched") }} as matched
            on reports.source = matched.source
            and reports.resource = matched.resource
            and reports.reporter = matched.reporter
            and reports.partner = matched.partner
            and reports.flow = matched.flow
            and reports.item = matched.item
            and reports.year = matched.year
            and reports.vintage = matched.vintage
        left join
            {{ ref("series_breaks") }} as breaks
            on reports.source = breaks.source
            and 'bilateral_services_' || reports.flow = breaks.series
            and reports.reporter = breaks.area
            and reports.partner = breaks.counterpart_area
            and reports.item = breaks.item
            and reports.year = breaks.year
            and reports.vintage >= breaks.first_vintage
    )

select
    source,
    reporter,
    partner,
    flow,
    item,
    year,
    vintage,
    value / divisor as value,
    value_lower / divisor as value_lower,
    value_upper / divisor as value_upper,
    'USD' as unit,
    case
        when value is not null and divisor is null then 'O' when obs_status = 'A' and is_break then 'B' else obs_status
    end as obs_status,
    coalesce(counted_vintage = max(counted_vintage) over (partition by source, resource, year), false) as is_latest,
    resource,
    payload_sha256,
    payload_pointer,
    published_value / divisor as published_value,
    correction_id,
    case when is_converted then unit end as currency,
    case when is_converted then value end as value_in_currency,
    case when is_converted then divisor end as currency_per_usd,
    rate_vintage
from reports
