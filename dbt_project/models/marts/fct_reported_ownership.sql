select
    source,
    area,
    counterpart_area,
    cooperation_type,
    authority,
    clock,
    item,
    counting,
    year,
    vintage,
    value,
    unit,
    obs_status,
    {{ is_newest_vintage() }} as is_latest,
    resource,
    payload_sha256,
    payload_pointer
from {{ ref("int_reported_ownership_unioned") }}
