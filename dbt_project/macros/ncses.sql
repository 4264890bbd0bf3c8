{#-
  Rows of a table of NCSES, with the area of each label by residence of inventors or owners. Codes of aggregates end in
  "(residents)": the bare labels are those of applications by receiving office.

  A label that is mapped to nothing is left out on purpose; one that is not mapped stays and fails the test on its area.
-#}
{% macro with_area_of_residents(table) -%}
    select
        observations.*, case when residents.code is null then shared.area else residents.area end as area_of_residents
    from {{ source("ncses", table) }} as observations
    left join {{ ref("area_codes__ncses") }} as residents on observations.area || ' (residents)' = residents.code
    left join {{ ref("area_codes__ncses") }} as shared on observations.area = shared.code
    where
        coalesce(residents.code, shared.code) is null
        or case when residents.code is null then shared.area else residents.area end is not null
{%- endmacro %}
