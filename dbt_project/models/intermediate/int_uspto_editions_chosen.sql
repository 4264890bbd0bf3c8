{%- set tables = [
    "patents",
    "inventors",
    "assignees",
    "locations",
    "applications",
    "pct_data",
    "wipo_technology",
] %}
with
    held as (
        {%- for table in tables %}
            select distinct '{{ table }}' as held_table, vintage, payload_sha256
            from {{ ref("stg_uspto__" ~ table) }}
            {%- if not loop.last %}
                union all
            {%- endif -%}
        {%- endfor %}
    ),
    releases as (select vintage as patents_vintage from held where held_table = 'patents'),
    -- the files of one quarterly release appear within days of each other, and one may appear again
    near as (
        select
            releases.patents_vintage,
            held.held_table,
            held.vintage,
            held.payload_sha256,
            row_number() over (
                partition by releases.patents_vintage, held.held_table
                order by held.vintage desc nulls last, held.payload_sha256 nulls last
            ) as place
        from releases
        inner join
            held
            on (held.held_table = 'patents' and held.vintage = releases.patents_vintage)
            or (
                held.held_table <> 'patents'
                and held.vintage between releases.patents_vintage - 45 and releases.patents_vintage + 45
            )
    ),
    excerpts as (
        select payload_sha256, max(excerpt) as excerpt
        from {{ ref("stg_catalogue__payloads") }}
        where source = 'uspto'
        group by payload_sha256
    ),
    editions as (
        select
            near.patents_vintage,
            max(near.vintage) as vintage,
            {%- for table in tables if table != "patents" %}
                max(case when near.held_table = '{{ table }}' then near.vintage end) as {{ table }}_vintage,
            {%- endfor %}
            max(case when near.held_table = 'inventors' then near.payload_sha256 end) as inventors_payload,
            max(case when near.held_table = 'assignees' then near.payload_sha256 end) as assignees_payload,
            count(*) = {{ tables | length }} and count(excerpts.excerpt) = 0 as is_complete,
            max(excerpts.excerpt) as excerpt
        from near
        left join excerpts on near.payload_sha256 = excerpts.payload_sha256
        where near.place = 1
        group by near.patents_vintage
    ),
    placed as (
        select *, row_number() over (partition by vintage order by patents_vintage desc nulls last) as place
        from editions
    ),
    ends as (select vintage, max(granted_on) as last_granted_on from {{ ref("stg_uspto__patents") }} group by vintage)

select
    placed.vintage,
    placed.patents_vintage,
    {%- for table in tables if table != "patents" %} placed.{{ table }}_vintage, {%- endfor %}
    placed.inventors_payload,
    placed.assignees_payload,
    placed.is_complete,
    placed.excerpt,
    ends.last_granted_on
from placed
inner join ends on placed.patents_vintage = ends.vintage
where placed.place = 1
