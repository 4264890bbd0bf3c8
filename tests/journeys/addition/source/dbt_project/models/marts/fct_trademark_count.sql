select
    source,
    area,
    counterpart_area,
    authority,
    clock,
    counting,
    year,
    vintage,
    value,
    unit,
    obs_status,
    {{ is_newest_vintage() }} as is_latest,
    resource,
    payload_sha256,
    payload_pointer,
    published_value,
    correction_id
from {{ ref("int_trademark_counts_unioned") }}
