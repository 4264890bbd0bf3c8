{#-
  What a person reviewed: the vintages that the bundle ships, by series and area, in the seed `reviewed_vintages`. What judges
  by sizes that were seen asks here, and so never judges a vintage or an area that nobody has reviewed.
-#}
{#-
  True where a row's vintage was reviewed for its area. Needs the columns source, vintage and area.

  Arguments: relation (the row's name in the query); columns (other names of source, vintage and area, where it has any; that of counterpart_area where
  a row is about a pair).
-#}
{% macro was_reviewed(relation, columns={}) -%}
    exists (
        select 1
        from {{ ref("reviewed_vintages") }} as reviewed
        where
            reviewed.source = {{ relation }}.{{ columns.get("source", "source") }}
            and reviewed.vintage = {{ relation }}.{{ columns.get("vintage", "vintage") }}
            and reviewed.area = {{ relation }}.{{ columns.get("area", "area") }}
            {%- if "counterpart_area" in columns %}
                and reviewed.counterpart_area = {{ relation }}.{{ columns["counterpart_area"] }}
            {%- endif %}
    )
{%- endmacro %}

{#-
  True where two rows speak of one reading: the same source, vintage and resource. A source none of whose raw files bears
  the resource of a series, such as one with a series for each publication, is compared without.
-#}
{% macro same_reading(reviewed, held) -%}
    {{ reviewed }}.source = {{ held }}.source
    and {{ reviewed }}.vintage = {{ held }}.vintage
    and (
        {{ reviewed }}.resource = {{ held }}.resource
        or not exists (
            select 1
            from {{ ref("stg_catalogue__vintages") }} as named
            inner join {{ ref("reviewed_vintages") }} as series using (source, resource)
            where named.source = {{ held }}.source
        )
    )
{%- endmacro %}
