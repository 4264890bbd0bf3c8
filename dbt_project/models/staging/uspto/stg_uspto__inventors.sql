{#- a view: tens of millions of rows are read once more rather than written once more -#}
{{ config(materialized="view") }}
select patent_id, inventor_sequence, location_id, vintage, resource, payload_sha256, payload_pointer
from {{ source("uspto", "inventors") }}
