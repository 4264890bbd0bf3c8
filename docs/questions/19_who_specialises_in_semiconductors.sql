-- Who specialises in semiconductors, by patents granted in the United States?
--
-- By residence of the inventors, in 2022 (NCSES). An advantage of 2 means that semiconductors weigh twice as much among
-- the economy's United States patents as among the world's. It says nothing about how much is invented: for that see
-- the number of patents. China includes Hong Kong.
select area_name as inventors_in, advantage.value as advantage, patents.value as semiconductor_patents
from named_technology_specialisation_all as advantage join us_patent_grants_all as patents using (area, item, year)
where item = 'WIPO_08' and advantage.authority = 'US50' and year = 2022 and advantage.obs_status = 'A'
    and area_kind = 'country' order by 2 desc
