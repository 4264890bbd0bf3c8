select
    source,
    reporter,
    partner,
    flow,
    item,
    year,
    vintage,
    value,
    value_lower,
    value_upper,
    unit,
    obs_status,
    {{ is_newest_vintage() }} as is_latest,
    resource,
    payload_sha256,
    payload_pointer
from {{ ref("int_bilateral_services_unioned") }}
