with followed as (select area from {{ ref("followed_economies") }})

select source, exporter as reporter, importer as partner, 'X' as flow, item, year, vintage, value, obs_status, is_latest
from {{ ref("fct_balanced_services") }}
where exporter in (select area from followed) and value >= 0

union all
select source, importer as reporter, exporter as partner, 'M' as flow, item, year, vintage, value, obs_status, is_latest
from {{ ref("fct_balanced_services") }}
where importer in (select area from followed) and value >= 0
