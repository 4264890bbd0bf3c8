select
    'world_bank' as source,
    rows.vintage,
    rows.countryiso3code,
    rows.country_id,
    rows.payload_sha256,
    rows.payload_pointer
from {{ source("world_bank", "indicators") }} as rows
inner join {{ ref("areas__iso3166") }} as areas on rows.countryiso3code = areas.area
where rows.country_id <> areas.iso2
