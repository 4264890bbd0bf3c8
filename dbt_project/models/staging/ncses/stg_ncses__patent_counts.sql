with
    observations as (select * from {{ source("ncses", "patent_counts") }}),
    area_codes as (select code, area from {{ ref("area_codes__ncses") }}),
    item_codes as (select code, item from {{ ref("item_codes__ncses") }})
select
    'ncses' as source,
    observations.vintage,
    area_codes.area,
    'pct_applications_by_receiving_office' as measure,
    item_codes.item,
    'publication_year' as clock,
    observations.year,
    cast(observations.value as {{ double_type() }}) as value,
    'PATN' as unit,
    case when observations.value is null then 'O' else 'A' end as obs_status,
    observations.resource,
    observations.payload_sha256,
    observations.payload_pointer
from observations
left join area_codes on observations.area = area_codes.code
left join item_codes on observations.field = item_codes.code
-- a label that is mapped to nothing is left out on purpose; a label that is not mapped stays and fails the test on area
where area_codes.code is null or area_codes.area is not null
