select
    'synthetic_office' as source,
    vintage,
    applicant as area,
    office as counterpart_area,
    'SYN1' as authority,
    'filing_year' as clock,
    counting,
    cast(year as integer) as year,
    cast(applications as {{ double_type() }}) as value,
    'TMAP' as unit,
    'A' as obs_status,
    resource,
    payload_sha256,
    payload_pointer
from {{ source("synthetic_office", "trademark_counts") }}
