with
    seen as (
        select
            written.source,
            written.resource,
            written.series,
            written.vintage,
            written.area,
            written.counterpart_area,
            written.item,
            {{ digest_of_lines() }} as digest
        from {{ ref("int_vintages_written") }} as written
        inner join
            {{ ref("int_vintages_reviewed") }} as reviewed using (
                source, resource, series, vintage, area, counterpart_area, item
            )
        where written.year between reviewed.first_year and reviewed.last_year
        group by
            written.source,
            written.resource,
            written.series,
            written.vintage,
            written.area,
            written.counterpart_area,
            written.item
    )

select
    reviewed.source,
    reviewed.resource,
    reviewed.series,
    reviewed.vintage,
    reviewed.area,
    reviewed.counterpart_area,
    reviewed.item,
    seen.digest as digest_seen,
    reviewed.digest as digest_expected
from {{ with_reading("int_vintages_reviewed") }} as reviewed
left join seen using (source, resource, series, vintage, area, counterpart_area, item)
where
    coalesce(seen.digest, '') <> reviewed.digest
    and exists (
        select 1 from {{ with_reading("stg_catalogue__vintages") }} as held where {{ same_reading("reviewed", "held") }}
    )
