select
    source,
    indicator,
    area,
    item,
    year,
    vintage,
    value,
    unit,
    obs_status,
    {{ is_newest_vintage() }} as is_latest,
    resource,
    payload_sha256,
    payload_pointer
from {{ ref("stg_synthetic_office__indicators") }}
