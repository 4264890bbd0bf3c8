with
    filings as (select * from {{ ref("fct_patent_filing") }}),
    counted as (
        select
            measure,
            origin as area,
            office as counterpart_area,
            year,
            value,
            unit,
            obs_status,
            'reported' as basis,
            source,
            vintage,
            is_latest
        from filings
        -- an empty cell of an export is no figure
        where value is not null
    ),
    -- both counts come from one vintage, are of one clock and counted in one way
    pct_shares as (
        select
            'pct_share_of_' || whole.measure as measure,
            whole.origin as area,
            whole.office as counterpart_area,
            whole.year,
            100 * part.value / whole.value as value,
            'PT' as unit,
            {{ combined_status(["part.obs_status", "whole.obs_status"]) }} as obs_status,
            'derived' as basis,
            whole.source,
            whole.vintage,
            part.is_latest and whole.is_latest as is_latest
        from filings as part
        inner join
            filings as whole
            on part.source = whole.source
            and part.vintage = whole.vintage
            and part.origin = whole.origin
            and part.office = whole.office
            and part.document = whole.document
            and part.filed = whole.filed
            and part.counting = whole.counting
            and part.clock = whole.clock
            and part.year = whole.year
        where part.route = 'pct_national_phase' and whole.route = 'all' and part.value is not null and whole.value > 0
    ),
    printed as (
        select
            'applications_equivalent' as measure,
            area,
            counterpart_area,
            year,
            value,
            unit,
            obs_status,
            'reported' as basis,
            source,
            vintage,
            is_latest
        from {{ ref("fct_published_figure") }}
        where measure = 'patent_applications_equivalent'
    ),
    figures as (
        select *
        from counted
        union all
        select *
        from pct_shares
        union all
        select *
        from printed
    )

select
    'patent_filing_flows' as metric_id,
    measure,
    area,
    counterpart_area,
    '_T' as item,
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
