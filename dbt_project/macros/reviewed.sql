{#-
  What a person reviewed: the vintages that the bundle ships, by series and area, in the seed `reviewed_vintages`. What
  judges by sizes that were seen asks here, and so never judges a vintage or an area that nobody has reviewed.
-#}
{#-
  True where a row's vintage was reviewed for its area. Needs the columns source, vintage and area.

  Arguments: relation (the row's name in the query); columns (other names of source, vintage and area, where it has any;
  that of counterpart_area where a row is about a pair).
-#}
{% macro was_reviewed(relation, columns={}) -%}
    exists (
        select 1
        from {{ ref("int_vintages_reviewed") }} as reviewed
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
  The rows of a model or seed with the column reading: what they were read from, beside source and vintage. It is the
  resource, and empty for a source none of whose raw files bears the resource of a series, such as one with a series for
  each
  publication: that one is compared without.
-#}
{% macro with_reading(name) -%}
    (
        select given.*, case when named.source is null then '' else given.resource end as reading
        from {{ ref(name) }} as given
        left join
            (
                select distinct source
                from {{ ref("stg_catalogue__vintages") }}
                inner join {{ ref("int_vintages_reviewed") }} using (source, resource)
            ) as named
            on given.source = named.source
    )
{%- endmacro %}

{#- True where two rows of with_reading() were read from one vintage of one source and resource. -#}
{% macro same_reading(one, other) -%}
    {{ one }}.source = {{ other }}.source
    and {{ one }}.vintage = {{ other }}.vintage
    and {{ one }}.reading = {{ other }}.reading
{%- endmacro %}
