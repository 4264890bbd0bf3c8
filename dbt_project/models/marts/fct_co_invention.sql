select
    source,
    area,
    counterpart_area,
    authority,
    clock,
    item,
    counting,
    year,
    vintage,
    value,
    unit,
    area_patents,
    obs_status,
    {{ is_newest_vintage() }} as is_latest,
    resource,
    payload_sha256,
    payload_pointer
from {{ ref("int_co_inventions_unioned") }}
