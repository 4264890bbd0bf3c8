select cast(as_of as date) as as_of from {{ source("catalogue", "as_of") }}
