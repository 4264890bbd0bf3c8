with
    observations as ({{ with_area_of_residents("us_grants__patent_counts") }}),
    item_codes as (select code, item from {{ ref("item_codes__ncses") }})

select
    'ncses' as source,
    observations.vintage,
    observations.area_of_residents as area,
    'us_patent_grants' as measure,
    item_codes.item,
    'grant_year' as clock,
    observations.year,
    cast(observations.value as {{ double_type() }}) as value,
    'PATN' as unit,
    case when observations.value is null then 'O' else 'A' end as obs_status,
    observations.resource,
    observations.payload_sha256,
    observations.payload_pointer
from observations
left join item_codes on observations.field = item_codes.code
