select source, publisher, homepage, licence, citation, cadence, timezone, change_signal, limits
from {{ ref("stg_catalogue__sources") }}
