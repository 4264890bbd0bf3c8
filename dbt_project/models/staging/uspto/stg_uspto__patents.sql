{#- a view: tens of millions of rows are read once more rather than written once more -#}
{{ config(materialized="view") }}
select
    patent_id,
    -- the office's own numbering: a number without letters is a utility patent
    case
        when patent_type is not null then patent_type when try_cast(patent_id as bigint) is not null then 'utility'
    end as patent_type,
    patent_date as granted_on,
    coalesce(withdrawn, 0) = 1 as is_withdrawn,
    vintage,
    resource,
    payload_sha256,
    payload_pointer
from {{ source("uspto", "patents") }}
