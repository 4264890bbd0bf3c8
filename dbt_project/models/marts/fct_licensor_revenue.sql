select
    source,
    cik,
    company,
    filer_name,
    line,
    area,
    member,
    member_kind,
    cast(extract(year from period_end) as integer) as year,
    period_end,
    quarters,
    concept,
    value,
    unit,
    form,
    fiscal_year,
    fiscal_period,
    vintage,
    accession_number,
    -- the newest report of a period counts as a whole: areas of two reports are never mixed
    accession_number = first_value(accession_number) over (
        partition by cik, line, period_end, quarters order by vintage desc nulls last, accession_number desc nulls last
    ) as is_latest,
    resource,
    payload_sha256,
    payload_pointer
from {{ ref("int_licensor_revenues_gathered") }}
