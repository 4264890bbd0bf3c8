select
    source,
    resource,
    publisher,
    url,
    {{ time_in_utc("fetched_at") }} as fetched_at,
    media_type,
    licence,
    citation,
    file_name,
    payload_sha256,
    cast(size as bigint) as size_bytes,
    publisher_last_updated,
    compiler_name,
    compiler_address,
    note,
    excerpt,
    vintage_basis
from {{ source("catalogue", "payloads") }}
