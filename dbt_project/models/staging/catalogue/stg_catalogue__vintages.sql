select source, table_name, resource, vintage, payload_sha256, feed, cast(rows as bigint) as row_count
from {{ source("catalogue", "vintages") }}
