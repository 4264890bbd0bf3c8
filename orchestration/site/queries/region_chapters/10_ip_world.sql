-- Title: Intellectual property with the world
-- Lead: Charges for the use of patents, software, trademarks, films and music that members receive from and pay to all
--   others, members among them. A year is the sum of those that reported it, so that years do not compare.

-- Table: Receipts and payments of {area}, with the economies that reported each year
-- Id: years
-- Concept: receipts and payments with the world
-- Note: The economies are those of the whole source, since this release has no list of the members. A year is complete if
--   those that have not reported it are a small part.
select
    figures.year,
    max({{ figure_cell("figures") }}) filter (where figures.metric_id = 'ip_receipts') as received,
    max(counted.countries_reporting) filter (where figures.metric_id = 'ip_receipts') as economies_with_receipts,
    max({{ figure_cell("figures") }}) filter (where figures.metric_id = 'ip_payments') as paid,
    max(counted.countries_reporting) filter (where figures.metric_id = 'ip_payments') as economies_with_payments,
    case bool_and(coverage.is_complete) when true then 'complete' when false then 'incomplete' end as year_is
from (
    from ip_receipts_all
    union all by name
    from ip_payments_all
) as figures
left join
    fct_indicator as counted
    on figures.metric_id = counted.indicator
    and figures.area = counted.area
    and figures.year = counted.year
    and figures.source = counted.source
    and counted.is_latest
left join
    fct_series_coverage as coverage
    on figures.year = coverage.year
    and figures.source = coverage.source
    and figures.metric_id = coverage.metric_id
    and coverage.counterpart_area = 'W00'
where figures.area = $area and figures.counterpart_area = 'W00' and figures.value is not null
group by figures.year, figures.source
order by figures.year desc, figures.source
