-- With which of six partners do the United States invent together most, and how has that shifted?
--
-- Joint inventions as a share of all United States patents of the same grant year, in percent. The release has China,
-- Germany, India, Japan, the Republic of Korea and the United Kingdom only; other partners are not zero.
pivot (select counterpart_name as partner, year, round(value, 2) as percent
    from named_co_invention_intensity where area = 'USA')
on year in (2000, 2010, 2020, 2024) using max(percent) order by "2024" desc
