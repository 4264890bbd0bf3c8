select
    held.source,
    held.resource,
    held.vintage,
    held.row_count as seen,
    'run bilateral dev review-coverage, read the difference and commit it with the bundle' as what_to_do
from {{ with_reading("stg_catalogue__vintages") }} as held
where
    held.feed = 'bundle'
    and held.source in (select source from {{ ref("reviewed_vintages") }})
    and not exists (
        select 1 from {{ with_reading("reviewed_vintages") }} as reviewed where {{ same_reading("reviewed", "held") }}
    )
