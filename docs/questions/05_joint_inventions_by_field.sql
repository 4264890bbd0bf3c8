-- Have joint inventions of the United States and China fallen since 2020, and in which fields?
--
-- Patents granted by the USPTO with an inventor in each country, whole counting, by year of grant. Fields are CPC
-- sections and overlap: a patent can be in several. 2025 is left out, because the year was not complete when the
-- figures were taken.
from (pivot (select item_name as field, year, value from named_co_inventions_all where area = 'USA'
    and counterpart_area = 'CHN' and measure = 'whole_count') on year in (2020, 2024) using max(value))
select field, "2020", "2024", round(100 * ("2024" / "2020" - 1), 1) as percent_change order by "2024" desc
