select source, publisher, homepage, licence, citation, cadence, cycle_months, timezone, change_signal, limits
from {{ ref("stg_catalogue__sources") }}
