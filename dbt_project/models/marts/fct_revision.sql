with
    observations as (select * from {{ ref("int_observations_unioned") }}),
    vintages as (select * from {{ ref("int_vintages_paired") }} where previous_vintage is not null),
    later as (
        select observations.*, vintages.previous_vintage
        from observations
        inner join vintages using (source, resource, year, vintage)
    ),
    earlier as (
        select
            observations.source,
            observations.resource,
            observations.series,
            observations.measure,
            observations.clock,
            observations.authority,
            observations.area,
            observations.counterpart_area,
            observations.item,
            observations.year,
            vintages.vintage,
            vintages.previous_vintage,
            observations.value,
            observations.unit
        from observations
        inner join
            vintages
            on observations.source = vintages.source
            and observations.resource = vintages.resource
            and observations.year = vintages.year
            and observations.vintage = vintages.previous_vintage
    ),
    compared as (
        select
            source,
            resource,
            series,
            area,
            counterpart_area,
            item,
            year,
            vintage,
            previous_vintage,
            coalesce(later.measure, earlier.measure) as measure,
            coalesce(later.clock, earlier.clock) as clock,
            coalesce(later.authority, earlier.authority) as authority,
            later.value,
            earlier.value as previous_value,
            coalesce(later.unit, earlier.unit) as unit
        from later
        full outer join
            earlier using (source, resource, series, area, counterpart_area, item, year, vintage, previous_vintage)
    )

select
    series,
    measure,
    clock,
    authority,
    source,
    area,
    counterpart_area,
    item,
    year,
    vintage,
    previous_vintage,
    value,
    previous_value,
    value - previous_value as change,
    100 * (value - previous_value) / nullif(abs(previous_value), 0) as relative_change,
    case
        when previous_value is null
        then 'added'
        when value is null
        then 'withdrawn'
        -- less than a dollar, or than a billionth, is how a publisher rounds
        when
            unit = 'USD'
            and (abs(value - previous_value) < 1 or abs(value - previous_value) <= 1e-9 * abs(previous_value))
        then 'unchanged'
        when value <> previous_value
        then 'revised'
        else 'unchanged'
    end as kind,
    unit,
    resource
from compared
where value is not null or previous_value is not null
