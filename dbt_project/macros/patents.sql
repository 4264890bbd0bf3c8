{#-
  How patents are counted by fractions: in whole trillionths, so that any order of the rows and any engine give the same
  digits. Which patents are counted, and into which year, belongs into the models.
-#}
{#-
  A fraction of a patent in trillionths, rounded half up: the only rounding there is. Both are whole numbers, other is
  not 0.
-#}
{% macro trillionths(one, other) -%}
    {{ whole_division("1000000000000 * " ~ one ~ " + " ~ whole_division(other, 2), other) }}
{%- endmacro %}

{#- Trillionths as a number of patents with twelve digits behind the point. -#}
{% macro decimal_of_trillionths(expression) -%}
    cast(cast({{ expression }} as decimal(25, 0)) * cast(0.000000000001 as decimal(12, 12)) as decimal(38, 12))
{%- endmacro %}

{#-
  Counts by two years at once, rolled up to one row a clock and year. A patent without a priority year is in the clock
  of grants alone.

  Arguments: counted (a relation with vintage, grant_year, priority_year, the keys and the sums), keys and sums (lists).
-#}
{% macro by_clock(counted, keys, sums) -%}
    {%- for clock in ["grant_year", "priority_year"] %}
        select
            vintage,
            '{{ clock }}' as clock,
            {{ clock }} as year,
            {{ keys | join(", ") }},
            {%- for name in sums %} sum({{ name }}) as {{ name }}{{ "," if not loop.last }}{% endfor %}
        from {{ counted }}
        where {{ clock }} is not null
        group by vintage, {{ clock }}, {{ keys | join(", ") }}
        {%- if not loop.last %}
            union all
        {%- endif -%}
    {%- endfor -%}
{%- endmacro %}

{#-
  SDMX status of a count of patents in a year. U low reliability: before 1980 addresses are visibly incomplete, and the
  tables begin with the grants of 1976. P provisional: the tables end before the year of grant does, or the applications
  of a priority year are still being examined, which takes up to about five years.
-#}
{% macro patent_count_status(clock, year, last_granted_on) -%}
    case
        when {{ year }} < 1980
        then 'U'
        when {{ clock }} = 'grant_year' and {{ year }} = extract(year from {{ last_granted_on }} + 7)
        then 'P'
        when {{ clock }} = 'priority_year' and {{ year }} >= extract(year from {{ last_granted_on }}) - 5
        then 'P'
        else 'A'
    end
{%- endmacro %}

{#-
  Countries of the inventors or owners of each patent: how many persons of the patent are in each of its countries, and
  how many have a known country. A patent of which no person has one counts as USPTO_UNKNOWN.

  Argument: table, inventors or assignees.
-#}
{% macro countries_shared(table) -%}
    with
        editions as (select * from {{ ref("int_uspto_editions_chosen") }}),
        locations as (
            select editions.vintage, locations.location_id, locations.area
            from {{ ref("stg_uspto__locations") }} as locations
            inner join editions on locations.vintage = editions.locations_vintage
        ),
        placed as (
            select
                editions.vintage,
                persons.patent_id,
                coalesce(locations.area, 'USPTO_UNKNOWN') as area,
                count(*) as persons
            from {{ ref("stg_uspto__" ~ table) }} as persons
            inner join editions on persons.vintage = editions.{{ table }}_vintage
            left join locations on editions.vintage = locations.vintage and persons.location_id = locations.location_id
            group by editions.vintage, persons.patent_id, coalesce(locations.area, 'USPTO_UNKNOWN')
        ),
        teams as (
            select
                vintage,
                patent_id,
                sum(case when area = 'USPTO_UNKNOWN' then 0 else persons end) as placed_persons,
                sum(persons) as all_persons,
                count(case when area <> 'USPTO_UNKNOWN' then area end) as areas
            from placed
            group by vintage, patent_id
        )

    select
        placed.vintage,
        placed.patent_id,
        placed.area,
        placed.persons,
        cast(case when teams.areas = 0 then teams.all_persons else teams.placed_persons end as bigint) as team,
        cast(teams.all_persons - teams.placed_persons as bigint) as unplaced,
        teams.areas
    from placed
    inner join teams on placed.vintage = teams.vintage and placed.patent_id = teams.patent_id
    where placed.area <> 'USPTO_UNKNOWN' or teams.areas = 0
{%- endmacro %}
