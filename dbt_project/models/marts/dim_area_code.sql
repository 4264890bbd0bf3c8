with
    areas as (select area, name, kind, iso2, m49 from {{ ref("dim_area") }}),
    -- codes in dim_area itself; a system takes from its base every country that it does not code in its own way
    bases as (
        select 'iso2' as base, iso2 as code, area, name
        from areas
        where kind = 'country' and iso2 is not null
        union all
        select 'iso3' as base, area as code, area, name
        from areas
        where kind = 'country'
        union all
        select 'm49' as base, m49 as code, area, name
        from areas
        where kind = 'country' and m49 is not null
        union all
        select 'm49_number' as base, cast(cast(m49 as integer) as {{ type_string() }}) as code, area, name
        from areas
        where kind = 'country' and m49 is not null
    ),
    stated as (
        {{
            union_starting(
                "area_systems__",
                ["system", "base", "code", "area", "kind", "in_place_of_base", "valid_from", "valid_to", "name"],
            )
        }}
    ),
    systems as (select distinct system, base from stated),
    replaced as (select distinct system, area from stated where in_place_of_base),
    inherited as (
        select systems.system, bases.code, bases.area, bases.name
        from systems
        inner join bases on systems.base = bases.base
        left join replaced on systems.system = replaced.system and bases.area = replaced.area
        where replaced.system is null
    ),
    of_sources as (
        {%- for name in models_starting("area_codes__") %}
            {#- a source whose services use several code lists has a column for the list in its seed -#}
            {%- set types = graph.nodes["seed." ~ project_name ~ "." ~ name].config.column_types if execute else {} %}
            select
                source as system,
                {{ "code_list" if "code_list" in types else "source" }} as code_list,
                code,
                area,
                note as name
            from {{ ref(name) }}
            {%- if not loop.last %}
                union all
            {%- endif -%}
        {%- endfor %}
    ),
    codes as (
        select
            of_sources.system,
            of_sources.code_list,
            of_sources.code,
            of_sources.area,
            coalesce(areas.kind, 'excluded') as kind,
            cast(null as integer) as valid_from,
            cast(null as integer) as valid_to,
            of_sources.name
        from of_sources
        left join areas on of_sources.area = areas.area
        union all
        select
            system,
            system as code_list,
            code,
            area,
            'country' as kind,
            cast(null as integer) as valid_from,
            cast(null as integer) as valid_to,
            name
        from inherited
        union all
        select system, system as code_list, code, area, kind, valid_from, valid_to, name
        from stated
    )
select system, code_list, code, area, kind, valid_from, valid_to, name
from codes
