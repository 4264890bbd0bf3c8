select
    payload_sha256,
    source,
    resource,
    publisher,
    url,
    fetched_at,
    media_type,
    licence,
    citation,
    file_name,
    size_bytes,
    publisher_last_updated,
    compiler_name,
    compiler_address,
    note,
    excerpt
from {{ ref("stg_catalogue__payloads") }}
