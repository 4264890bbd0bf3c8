-- Sources: of the figures of this release, with their newest year and vintage
with
figures as (
    select unnest(string_split(source, '+')) as source, vintage, year, value
    from metric_vintages
)
select
    source,
    count(value) as figures,
    max(year) filter (where value is not null) as newest_year,
    max(vintage) as vintage
from figures
group by source
having count(value) > 0
order by source
