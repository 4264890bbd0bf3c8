-- How much of trade can be delivered digitally?
--
-- Digitally deliverable services (what could be delivered over a network) as a share of all exports of goods and services.
-- Digitally delivered is another, smaller measure and is never mixed in.
select
    year,
    max(case when area = 'W00' then round(value, 1) end) as world_percent,
    max(case when area = 'USA' then round(value, 1) end) as united_states_percent,
    max(case when area = 'CHN' then round(value, 1) end) as china_percent
from digital_share_of_trade
where measure = 'deliverable_share_of_exports' and area in ('W00', 'USA', 'CHN')
group by year
order by year
