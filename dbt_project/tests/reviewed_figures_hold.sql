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
            count(written.value) as observations,
            {{ median_of("written.value") }} as median_value,
            {{ digest_of_lines() }} as digest
        from {{ ref("int_vintages_written") }} as written
        inner join
            {{ ref("reviewed_vintages") }} as reviewed using (
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
    coalesce(seen.observations, 0) as seen,
    reviewed.observations as expected,
    seen.median_value as median_seen,
    reviewed.median_value as median_expected,
    seen.digest as digest_seen,
    reviewed.digest as digest_expected
from {{ with_reading("reviewed_vintages") }} as reviewed
left join seen using (source, resource, series, vintage, area, counterpart_area, item)
where
    coalesce(seen.digest, '') <> reviewed.digest
    and exists (
        select 1 from {{ with_reading("stg_catalogue__vintages") }} as held where {{ same_reading("reviewed", "held") }}
    )
