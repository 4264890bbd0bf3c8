select
    held.source,
    held.resource,
    held.vintage,
    held.row_count as seen,
    'run bilateral dev review-coverage, read the difference and commit it with the bundle' as what_to_do
from {{ with_reading("stg_catalogue__vintages") }} as held
where
    held.feed = 'bundle'
    and held.source in (select source from {{ ref("int_vintages_reviewed") }})
    and not exists (
        select 1
        from {{ with_reading("int_vintages_reviewed") }} as reviewed
        where {{ same_reading("reviewed", "held") }}
    )
