select
    'sec' as source,
    vintage as file_vintage,
    adsh as accession_number,
    tag as concept,
    cast(substr(ddate, 1, 4) || '-' || substr(ddate, 5, 2) || '-' || substr(ddate, 7, 2) as date) as period_end,
    cast(qtrs as integer) as quarters,
    uom as unit,
    dimh as dimhash,
    cast(iprx as integer) as priority,
    value,
    coreg as co_registrant,
    resource,
    payload_sha256,
    payload_pointer
from {{ source("sec", "numbers") }}
