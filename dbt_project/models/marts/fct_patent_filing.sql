select
    source,
    origin,
    office,
    document,
    route,
    filed,
    counting,
    clock,
    year,
    vintage,
    value,
    unit,
    obs_status,
    {{ is_newest_vintage() }} as is_latest,
    resource,
    payload_sha256,
    payload_pointer
from {{ ref("int_patent_filings_unioned") }}
