with
    given as (
        select
            *,
            -- the grants of the US office by grant year are the plain measures; any other
            -- office or clock is a measure of its own
            case
                when authority = 'US50' and clock = 'grant_year'
                then ''
                else '_at_' || lower(authority) || '_by_' || clock
            end as suffix
        from {{ ref("fct_co_invention") }}
        where counting = 'whole' and value is not null and area_patents > 0
    ),
    -- the counterpart's own patents stand in the row of the other orientation
    both_known as (
        select
            given.*,
            other.area_patents as counterpart_patents,
            {{ combined_status(["given.obs_status", "other.obs_status"]) }} as status_of_both
        from given
        inner join
            given as other
            on given.source = other.source
            and given.area = other.counterpart_area
            and given.counterpart_area = other.area
            and given.authority = other.authority
            and given.clock = other.clock
            and given.item = other.item
            and given.year = other.year
            and given.vintage = other.vintage
    ),
    measured as (
        select
            'share_of_area_patents' || suffix as measure,
            area,
            counterpart_area,
            item,
            year,
            100 * value / area_patents as value,
            'PT' as unit,
            obs_status,
            source,
            vintage,
            is_latest
        from given
        union all
        select
            'salton_cosine' || suffix as measure,
            area,
            counterpart_area,
            item,
            year,
            value / sqrt(area_patents * counterpart_patents) as value,
            'PN' as unit,
            status_of_both as obs_status,
            source,
            vintage,
            is_latest
        from both_known
        union all
        select
            'jaccard_index' || suffix as measure,
            area,
            counterpart_area,
            item,
            year,
            value / (area_patents + counterpart_patents - value) as value,
            'PN' as unit,
            status_of_both as obs_status,
            source,
            vintage,
            is_latest
        from both_known
        union all
        select
            'probabilistic_affinity' || suffix as measure,
            area,
            counterpart_area,
            item,
            year,
            value * all_patents / (area_patents * counterpart_patents) as value,
            'PN' as unit,
            status_of_both as obs_status,
            source,
            vintage,
            is_latest
        from both_known
        where all_patents is not null
    )

select
    'co_invention_intensity' as metric_id,
    measure,
    area,
    counterpart_area,
    item,
    year,
    {{ no_base_year() }} as base_year,
    value,
    unit,
    obs_status,
    'derived' as basis,
    source,
    vintage,
    is_latest
from measured
