{# Sources: of the figures of this release, with their newest year and vintage; a figure of two sources has the date of
one #}
with
figures as (
    select unnest(string_split(source, '+')) as source, year, value, revised_since, not contains(source, '+') as is_alone
    from metric_vintages
),
dated as (
    select source, cast(unnest(string_split(vintages, ' ')) as date) as vintage
    from dim_payload
),
newest as (select source, max(vintage) as vintage from dated group by source)
select
    figures.source,
    count(figures.value) as figures,
    max(figures.year) filter (where figures.value is not null) as newest_year,
    any_value(newest.vintage) as vintage,
    max(figures.revised_since) filter (where figures.is_alone) as revised_since,
    cast(any_value(newest.vintage) + to_months(any_value(dim_source.cycle_months)) as date) as due
from figures
join dim_source on figures.source = dim_source.source
join newest on figures.source = newest.source
group by figures.source
having count(figures.value) > 0
order by figures.source
