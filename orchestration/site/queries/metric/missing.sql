{# Missing: the largest economies without a figure of the newest year, with their part of the ranked year's sum #}
{% set kept %}
{% for column, code in view.selection.items() if column not in ("vintage", "base_year") %}
{{ column }} is not distinct from {{ literal(code) }} and
{% endfor %}
{% endset %}
with
ranked as (
    select figures.area, dim_area.name, abs(figures.value) as size
    from {{ table }} as figures
    join dim_area on figures.area = dim_area.area and dim_area.kind = 'country'
    where {{ kept }} figures.year = {{ view.year }} and figures.value is not null
)
select name, part
from (select *, size / sum(size) over () as part from ranked) as parts
where area not in (select area from {{ table }} where {{ kept }} year = {{ newest }} and value is not null)
order by part desc, name
