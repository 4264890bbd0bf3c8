-- How many researchers do China and the United States have, and how much do they publish?
--
-- As the World Bank republishes both: scientific and technical articles, each divided among the economies of its
-- authors (fractional counts, so decimals are rounded here), and researchers per million people, in full-time
-- equivalents. An empty cell is a year that has no figure.
pivot (
    select area, year, measure, round(value) as value
    from technology_upgrading_all where area in ('CHN', 'USA') and year >= 2010
)
on measure in ('scientific_articles', 'researchers_per_million_people') using max(value) order by area, year
