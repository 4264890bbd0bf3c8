select
    source,
    exporter,
    importer,
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
from {{ ref("int_balanced_services_chosen") }}
