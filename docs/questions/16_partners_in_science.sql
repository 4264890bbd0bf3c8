-- With whom do China and the United States publish most, and is it more than chance would give?
--
-- Joint publications of 2022, and observed over expected: 1 where they are as many as chance would give. The years of
-- the other edition are no earlier points of this.
select area, counterpart_area as partner, joint.value as publications, round(ratio.value, 2) as observed_over_expected
from co_publications as joint join co_publication_intensity_all as ratio using (area, counterpart_area, authority, year)
where ratio.measure = 'observed_over_expected' and year = 2022 and area in ('CHN', 'USA') order by 3 desc limit 12
