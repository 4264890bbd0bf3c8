select
    'synthetic_office' as source,
    vintage,
    applicant as area,
    'trademark_applications' as indicator,
    '_T' as item,
    cast(year as integer) as year,
    cast(applications as {{ double_type() }}) as value,
    'TMAP' as unit,
    'A' as obs_status,
    resource,
    payload_sha256,
    payload_pointer
from {{ source("synthetic_office", "indicators") }}
