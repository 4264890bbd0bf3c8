{#- a view: tens of millions of rows are read once more rather than written once more -#}
{{ config(materialized="view") }}
select
    patent_id,
    pct_doc_type as document_type,
    pct_doc_number as document_number,
    -- the column holds the day of filing of an application and the day of publication of a publication
    case when pct_doc_type = 'pct_application' then try_cast(published_or_filed_date as date) end as filed_on,
    vintage,
    resource,
    payload_sha256,
    payload_pointer
from {{ source("uspto", "pct_data") }}
