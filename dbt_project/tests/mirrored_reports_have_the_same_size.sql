{%- set bilateral = {"area": "reporter", "counterpart_area": "partner"} -%}
with
    mirrored as (
        select
            exports.reporter as exporter,
            exports.partner as importer,
            exports.item,
            exports.year,
            exports.source as exporter_source,
            imports.source as importer_source,
            exports.value as seen_by_exporter,
            imports.value as seen_by_importer,
            not exports.value between imports.value / 5 and imports.value * 5 as is_far,
            not exports.value between imports.value / 1000 and imports.value * 1000 as is_another_unit
        from {{ ref("fct_bilateral_services") }} as exports
        inner join
            {{ ref("fct_bilateral_services") }} as imports
            on exports.reporter = imports.partner
            and exports.partner = imports.reporter
            and exports.item = imports.item
            and exports.year = imports.year
        where
            exports.is_latest
            and imports.is_latest
            and exports.flow = 'X'
            and imports.flow = 'M'
            and greatest(exports.value, imports.value) >= 100000000
            and {{ was_reviewed("exports", bilateral) }}
            and {{ was_reviewed("imports", bilateral) }}
    ),
    roles as (
        select exporter as area, 'exporter' as role, exporter_source as source, is_far
        from mirrored
        union all
        select importer as area, 'importer' as role, importer_source as source, is_far
        from mirrored
    ),
    far_roles as (
        select area, role, source
        from roles
        group by area, role, source
        having count(*) >= 5 and avg(cast(is_far as integer)) > 0.5e0
    )

select *
from mirrored
where
    is_far
    and (
        is_another_unit
        or (select count(*) from mirrored) < 20
        or exists (
            select 1
            from far_roles
            where role = 'exporter' and area = mirrored.exporter and source = mirrored.exporter_source
        )
        or exists (
            select 1
            from far_roles
            where role = 'importer' and area = mirrored.importer and source = mirrored.importer_source
        )
    )
