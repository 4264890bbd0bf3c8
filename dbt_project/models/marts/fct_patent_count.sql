select
    source,
    area,
    measure,
    item,
    clock,
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
from {{ ref("int_patent_counts_unioned") }}
