select
    locations.location_id,
    locations.disambig_country as country_code,
    case
        when locations.disambig_country is null or (codes.code is not null and codes.area is null)
        then 'USPTO_UNKNOWN'
        else codes.area
    end as area,
    locations.vintage,
    locations.resource,
    locations.payload_sha256,
    locations.payload_pointer
from {{ source("uspto", "locations") }} as locations
left join {{ ref("area_codes__uspto") }} as codes on locations.disambig_country = codes.code
