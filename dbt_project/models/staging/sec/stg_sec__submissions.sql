select
    'sec' as source,
    vintage as file_vintage,
    adsh as accession_number,
    cik,
    name as filer_name,
    form,
    cast(
        substr(period, 1, 4) || '-' || substr(period, 5, 2) || '-' || substr(period, 7, 2) as date
    ) as report_period_end,
    cast(fy as integer) as fiscal_year,
    fp as fiscal_period,
    cast(substr(filed, 1, 4) || '-' || substr(filed, 5, 2) || '-' || substr(filed, 7, 2) as date) as filed_on,
    resource,
    payload_sha256,
    payload_pointer
from {{ source("sec", "submissions") }}
