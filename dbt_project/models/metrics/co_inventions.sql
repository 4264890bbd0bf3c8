with
    given as (
        select
            source,
            area,
            counterpart_area,
            authority,
            clock,
            item,
            counting,
            year,
            vintage,
            value,
            unit,
            obs_status,
            is_latest
        from {{ ref("fct_co_invention") }}
    ),
    -- a joint invention of a and b is one of b and a; turned only where the publisher does not give that side itself
    turned as (
        select
            given.source,
            given.counterpart_area as area,
            given.area as counterpart_area,
            given.authority,
            given.clock,
            given.item,
            given.counting,
            given.year,
            given.vintage,
            given.value,
            given.unit,
            given.obs_status,
            given.is_latest
        from given
        left join
            given as other
            on given.source = other.source
            and given.area = other.counterpart_area
            and given.counterpart_area = other.area
            and given.authority = other.authority
            and given.clock = other.clock
            and given.item = other.item
            and given.counting = other.counting
            and given.year = other.year
            and given.vintage = other.vintage
        where other.source is null
    ),
    pairs as (
        select *
        from given
        union all
        select *
        from turned
    ),
    -- the grants of the US office by grant year are the plain measures; any other
    -- office or clock is a measure of its own
    named as (
        select
            *,
            case
                when authority = 'US50' and clock = 'grant_year'
                then ''
                else '_at_' || lower(authority) || '_by_' || clock
            end as suffix
        from pairs
    ),
    measured as (
        select
            counting || '_count' || suffix as measure,
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
        from named
    )

select
    'co_inventions' as metric_id,
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
from measured
