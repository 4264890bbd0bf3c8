-- With whom do the United States invent together, and how has that shifted?
--
-- Joint inventions as a share of all United States patents of the same grant year, in percent.
pivot (select counterpart_name as partner, year, round(value, 2) as percent from preferred('co_invention_intensity')
    where measure = 'share_of_area_patents' and area = 'USA' and authority = 'US50' and clock = 'grant_year')
on year in (2000, 2010, 2020, 2024) using max(percent) order by "2024" desc
