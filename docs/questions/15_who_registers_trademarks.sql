-- Who registers trademarks in the United States, and in which sectors?
--
-- By residence of the owner, in 2022 (NCSES). A sector groups classes of the Nice Classification; a trademark in
-- several sectors is divided among them. China includes Hong Kong. Registered trademarks need not be in use.
select area_name as owner, max(value) filter (item = '_T') as trademarks, arg_max(item_name, value) filter (
    item <> '_T') as largest_sector, round(100 * max(value) filter (item <> '_T') / trademarks, 1) as percent_of_own
from named_trademark_registrations_all where year = 2022 and area_kind = 'country'
group by owner order by trademarks desc limit 15
