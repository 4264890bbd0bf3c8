---
title: Intellectual property with the world
lead: >-
  Charges for the use of patents, software, trademarks, films and music that members receive from and pay to all
  others, members among them. A year is the sum of those that reported it, so that years do not compare.
---
{% macro members() %}
members as (
    select member_area as area from dim_area_group where source = 'world_bank' and group_area = $area
    union all
    select area from dim_area where kind = 'country' and $area = 'W00'
)
{% endmacro %}

---
kind: table
title: Receipts and payments of {area}, with the members that reported each year
id: years
concept: receipts and payments with the world
note: >-
  Members are those of July 2026 in every year, counted where they make up the sum. A year is complete if the
  economies of the whole source that have not reported it are a small part.
---
with
{{ members() }},
flows as (
    from ip_receipts_all
    union all by name
    from ip_payments_all
),
figures as (from flows where area = $area and counterpart_area = 'W00' and value is not null),
reported as (
    select flows.metric_id, flows.year, flows.source, count(distinct flows.area) as economies, sum(flows.value) as total
    from flows
    semi join members on flows.area = members.area
    where flows.counterpart_area = 'W00' and flows.value is not null
    group by all
)
select
    figures.year,
    max({{ figure_cell("figures") }}) filter (where figures.metric_id = 'ip_receipts') as received,
    max(reported.economies) filter (where figures.metric_id = 'ip_receipts') as members_with_receipts,
    max({{ figure_cell("figures") }}) filter (where figures.metric_id = 'ip_payments') as paid,
    max(reported.economies) filter (where figures.metric_id = 'ip_payments') as members_with_payments,
    case bool_and(coverage.is_complete) when true then 'complete' when false then 'incomplete' end as year_is
from figures
left join
    reported
    on figures.metric_id = reported.metric_id
    and figures.year = reported.year
    and figures.source = reported.source
    and abs(reported.total - figures.value) <= 1e-6 * figures.value + 1
left join
    fct_series_coverage as coverage
    on figures.year = coverage.year
    and figures.source = coverage.source
    and figures.metric_id = coverage.metric_id
    and coverage.counterpart_area = 'W00'
group by figures.year, figures.source
order by figures.year desc, figures.source

---
kind: table
title: What the members received and paid, each in the newest year that it reported
id: members
concept: receipts and payments with the world
note: Members of July 2026, by their receipts. A dash marks a missing figure, not a zero.
partners: true
---
with
{{ members() }},
newest as (
    from (
        from ip_receipts_all
        union all by name
        from ip_payments_all
    )
    where counterpart_area = 'W00' and value is not null
    qualify row_number() over (partition by area, metric_id order by year desc, source = 'world_bank' desc, source) = 1
)
select
    members.area as member,
    max({{ figure_cell("newest") }}) filter (where newest.metric_id = 'ip_receipts') as received,
    max({{ figure_cell("newest") }}) filter (where newest.metric_id = 'ip_payments') as paid
from members
join dim_area on members.area = dim_area.area
left join newest on members.area = newest.area
group by members.area, dim_area.name
order by max(newest.value) filter (where newest.metric_id = 'ip_receipts') desc nulls last, dim_area.name
