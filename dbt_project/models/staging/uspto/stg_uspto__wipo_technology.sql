{#- a view: tens of millions of rows are read once more rather than written once more -#}
{{ config(materialized="view") }}
select
    fields.patent_id,
    fields.wipo_field_sequence as field_sequence,
    fields.wipo_field_id as field_code,
    codes.item,
    fields.vintage,
    fields.resource,
    fields.payload_sha256,
    fields.payload_pointer
from {{ source("uspto", "wipo_technology") }} as fields
left join {{ ref("item_codes__uspto") }} as codes on fields.wipo_field_id = codes.code
