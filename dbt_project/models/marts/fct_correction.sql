select
    corrections.correction_id,
    corrections.source,
    corrections.table_name,
    corrections.row_key,
    found.vintage,
    found.published_value,
    found.value,
    found.unit,
    corrections.reason,
    corrections.evidence_title,
    corrections.evidence_url,
    corrections.corrected_on,
    corrections.file,
    found.resource,
    found.payload_sha256,
    found.payload_pointer
from {{ ref("int_corrections_found") }} as found
inner join {{ ref("stg_catalogue__corrections") }} as corrections on found.correction_id = corrections.correction_id
