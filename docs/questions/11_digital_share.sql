-- How much of trade can be delivered digitally?
--
-- Digitally deliverable services (what could be delivered over a network) as a share of all exports of goods and
-- services. Digitally delivered is another, smaller measure and is never mixed in.
pivot (select year, area, round(value, 1) as percent from digital_share_of_trade)
on area in ('W00' as world, 'USA' as united_states, 'CHN' as china) using max(percent) order by year
