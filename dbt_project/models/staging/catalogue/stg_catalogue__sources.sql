select id as source, publisher, homepage, licence, citation, cadence, timezone, change_signal, limits
from {{ source("catalogue", "sources") }}
