-- Title: Digital trade
-- Lead: Digitally deliverable services could be delivered over a network, digitally delivered services were. They are
--   different measures, both in percent of trade in goods and services.
-- Events: S

-- Lines: Digitally deliverable or delivered services made up part of the trade of {area}
-- Id: shares
-- Concept: digital share of trade
select replace(measure, '_', ' ') || ' (' || source || ')' as series,
{{ figure_columns() }}
from digital_share_of_trade_all
where area = $area
order by measure, series, year
