select id as source, publisher, homepage, licence, citation, cadence, cycle_months, timezone, change_signal, limits
from {{ source("catalogue", "sources") }}
