select
    source,
    owner,
    office,
    item,
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
    payload_pointer,
    published_value,
    correction_id
from {{ ref("int_trademark_registrations_unioned") }}
