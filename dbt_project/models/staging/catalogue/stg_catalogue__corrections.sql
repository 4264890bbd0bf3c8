select
    correction_id,
    source,
    table_name,
    row_key,
    cast(first_vintage as date) as first_vintage,
    cast(last_vintage as date) as last_vintage,
    cast(expected_value as {{ double_type() }}) as expected_value,
    cast(value as {{ double_type() }}) as value,
    unit,
    reason,
    evidence_title,
    evidence_url,
    cast(corrected_on as date) as corrected_on,
    file
from {{ source("catalogue", "corrections") }}
