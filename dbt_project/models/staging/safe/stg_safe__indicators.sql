with
    entries as (select * from {{ source("safe", "indicators") }} where entry in ('Credit', 'Debit')),
    item_codes as (select code, item as ebops_item from {{ ref("item_codes__safe") }}),
    collected as (
        select
            entries.*,
            item_codes.ebops_item,
            -- SAFE's table has zeros for IP charges before 1997, the first year in which it collected them
            case when item_codes.ebops_item = 'SH' and entries.year < 1997 then 0 else 1 end as is_collected
        from entries
        left join item_codes on entries.item = item_codes.code
    )
select
    'safe' as source,
    vintage,
    'CHN' as area,
    case
        when ebops_item = 'SH' and entry = 'Credit'
        then 'ip_receipts'
        when ebops_item = 'SH' and entry = 'Debit'
        then 'ip_payments'
        when ebops_item = 'S' and entry = 'Credit'
        then 'services_exports'
        when ebops_item = 'S' and entry = 'Debit'
        then 'services_imports'
    end as indicator,
    ebops_item as item,
    cast(year as integer) as year,
    -- published in 100 million dollars, what is paid abroad with a minus sign; here both directions are positive.
    case
        when is_collected = 1
        then {{ decimal_product("case entry when 'Debit' then 0 - value else value end", 100000000) }}
    end as value,
    'USD' as unit,
    case when is_collected = 0 then 'L' when value is null then 'O' else 'A' end as obs_status,
    resource,
    payload_sha256,
    payload_pointer
from collected
