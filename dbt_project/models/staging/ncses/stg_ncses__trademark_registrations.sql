with
    observations as (select * from {{ source("ncses", "trademark_registrations") }}),
    area_codes as (select code, area from {{ ref("area_codes__ncses") }}),
    item_codes as (select code, item from {{ ref("item_codes__ncses") }}),
    named as (
        select
            observations.*,
            -- aggregates by owner have codes of their own: those of the other tables are counted by office or inventor
            coalesce(own.code, shared.code) as code,
            case when own.code is not null then own.area else shared.area end as area_named
        from observations
        left join area_codes as own on observations.area || ' (trademarks)' = own.code
        left join area_codes as shared on observations.area = shared.code
    )

select
    'ncses' as source,
    named.vintage,
    named.area_named as owner,
    'USA' as office,
    item_codes.item,
    'fractional' as counting,
    'registration_year' as clock,
    named.year,
    cast(named.value as {{ double_type() }}) as value,
    'TMRG' as unit,
    case when named.value is null then 'O' else 'A' end as obs_status,
    named.resource,
    named.payload_sha256,
    named.payload_pointer
from named
left join item_codes on named.sector = item_codes.code
-- a label mapped to nothing is left out on purpose; an unmapped label stays and fails the test on owner
where named.code is null or named.area_named is not null
