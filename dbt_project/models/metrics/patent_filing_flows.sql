{%- set columns = "source, vintage, year, obs_status, is_latest" -%}
with
    filings as (select *, origin as area, office as counterpart_area from {{ ref("fct_patent_filing") }}),
    -- both counts come from one vintage, are of one clock and counted in one way
    pct_shares as (
        select
            'pct_share_of_' || whole.measure as measure,
            whole.area,
            whole.counterpart_area,
            whole.clock,
            whole.year,
            100 * part.value / whole.value as value,
            {{ combined_status(["part.obs_status", "whole.obs_status"]) }} as obs_status,
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
    figures as (
        select
            {{ columns }},
            area,
            counterpart_area,
            measure,
            clock,
            value,
            case document when 'foreign_oriented_family' then 'PATF' else unit end as unit,
            'reported' as basis
        from filings
        -- an empty cell of an export is no figure
        where value is not null
        union all
        select {{ columns }}, area, counterpart_area, measure, clock, value, 'PT' as unit, 'derived' as basis
        from pct_shares
        union all
        select
            {{ columns }},
            area,
            counterpart_area,
            'applications_equivalent' as measure,
            'filing_year' as clock,
            value,
            unit,
            'reported' as basis
        from {{ ref("fct_published_figure") }}
        where measure = 'patent_applications_equivalent'
    )

    {{ metric("patent_filing_flows", "figures", ["counterpart_area", "clock"]) }}
