-- Title: How complete each year is
-- Lead: The figure of an aggregate is the sum of what its members have reported, so a year with fewer reports is smaller.

-- Table: Economies that reported, by year
-- Id: years
-- Note: All economies of the source with a figure in that year, since this release has no list of the members. A year is
--   complete if the economies that have not reported are a small part of it; docs/figures.md has the rule.
select
    counted.year,
    max(counted.countries_reporting) filter (where counted.indicator = 'ip_receipts') as economies_with_receipts,
    max(counted.countries_reporting) filter (where counted.indicator = 'ip_payments') as economies_with_payments,
    case bool_and(coverage.is_complete) when true then 'complete' when false then 'incomplete' end as year_is
from fct_indicator as counted
left join
    fct_series_coverage as coverage
    on counted.year = coverage.year
    and counted.source = coverage.source
    and counted.indicator = coverage.metric_id
    and coverage.counterpart_area = 'W00'
where
    counted.area = $area and counted.indicator in ('ip_receipts', 'ip_payments')
    and counted.is_latest and counted.value is not null
group by counted.year, counted.source
order by counted.year desc, counted.source
