{# Regions: the world and other aggregates with receipts from or payments to the world, without groups by lender or age
of people #}
select area, name, definition
from dim_area
where
    kind = 'aggregate'
    and not regexp_matches(name, 'IDA|IBRD|demographic|HIPC|excluding')
    and area in (
        select area from ip_receipts_all where value is not null
        union
        select area from ip_payments_all where value is not null
    )
order by area <> 'W00', name
