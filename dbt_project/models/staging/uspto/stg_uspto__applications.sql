{#- a view: tens of millions of rows are read once more rather than written once more -#}
{{ config(materialized="view") }}
select
    patent_id,
    application_id,
    filing_date as filing_text,
    try_cast(filing_date as date) as filed_on,
    vintage,
    resource,
    payload_sha256,
    payload_pointer
from {{ source("uspto", "applications") }}
