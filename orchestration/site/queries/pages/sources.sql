-- Sources: of the figures of this release, with their newest year and vintage; a figure of two sources has the date of one
with
figures as (
    select unnest(string_split(source, '+')) as source, year, value
    from metric_vintages
),
dated as (
    select source, cast(unnest(string_split(vintages, ' ')) as date) as vintage
    from dim_payload
)
select
    figures.source,
    count(figures.value) as figures,
    max(figures.year) filter (where figures.value is not null) as newest_year,
    (select max(dated.vintage) from dated where dated.source = figures.source) as vintage
from figures
group by figures.source
having count(figures.value) > 0
order by figures.source
