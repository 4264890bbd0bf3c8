-- Which large economies cite each other more than their size would give?
--
-- Relative citation index of publications of 2020: rows cite columns; 1 is what the cited economy's share of
-- publications would give. An index has no sum, and both directions of a pair are figures of their own.
pivot (
    select area_name as citing, counterpart_area, value from named_citation_index
    where year = 2020 and area in ('CHN', 'DEU', 'GBR', 'IND', 'JPN', 'USA')
)
on counterpart_area in ('CHN', 'DEU', 'GBR', 'IND', 'JPN', 'USA') using max(value) order by citing
