with
    dated as (
        select distinct source, resource, payload_sha256, cast(vintage as {{ type_string() }}) as vintage
        from {{ ref("stg_catalogue__vintages") }}
    ),
    vintages as (
        select source, resource, payload_sha256, {{ joined_in_order("vintage", " ", ["vintage"]) }} as vintages
        from dated
        group by source, resource, payload_sha256
    )

select
    payloads.payload_sha256,
    payloads.source,
    payloads.resource,
    payloads.publisher,
    payloads.url,
    payloads.fetched_at,
    payloads.media_type,
    payloads.licence,
    payloads.citation,
    payloads.file_name,
    payloads.size_bytes,
    payloads.publisher_last_updated,
    payloads.compiler_name,
    payloads.compiler_address,
    payloads.note,
    payloads.excerpt,
    vintages.vintages,
    payloads.vintage_basis
from {{ ref("stg_catalogue__payloads") }} as payloads
left join vintages using (source, resource, payload_sha256)
