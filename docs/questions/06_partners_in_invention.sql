-- With whom do the United States invent together, and how has that shifted?
--
-- Joint inventions as a share of all United States patents of the same grant year, in percent.
select
    area.name as partner,
    round(max(case when share.year = 2000 then share.value end), 2) as percent_2000,
    round(max(case when share.year = 2010 then share.value end), 2) as percent_2010,
    round(max(case when share.year = 2020 then share.value end), 2) as percent_2020,
    round(max(case when share.year = 2024 then share.value end), 2) as percent_2024
from co_invention_intensity as share
join dim_area as area on share.counterpart_area = area.area
where
    share.measure = 'share_of_area_patents'
    and share.area = 'USA'
    and share.authority = 'US50'
    and share.clock = 'grant_year'
group by area.name
order by percent_2024 desc
