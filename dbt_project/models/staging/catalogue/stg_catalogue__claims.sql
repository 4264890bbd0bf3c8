select
    claim_id,
    said_by,
    cast(said_on as date) as said_on,
    title,
    url,
    paraphrase,
    metric_id,
    measure,
    area,
    counterpart_area,
    item,
    cast(year as integer) as year,
    cast(value as {{ double_type() }}) as value,
    unit,
    cast(tolerance as {{ double_type() }}) as tolerance,
    needs,
    file
from {{ source("catalogue", "claims") }}
