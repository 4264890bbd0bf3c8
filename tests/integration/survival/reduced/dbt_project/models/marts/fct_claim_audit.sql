select
    claim_id,
    metric_id,
    value as claimed_value,
    cast(null as double) as value_when_said,
    cast(null as double) as value_latest,
    unit,
    'not_verifiable' as verdict,
    'no claim is checked in this project' as explanation
from {{ ref("stg_catalogue__claims") }}
