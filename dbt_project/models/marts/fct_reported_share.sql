with
    flows as (
        select exporter as area, 'exporter' as role, item, year, unit, value, reports_held
        from {{ ref("fct_bilateral_reconciled") }}
        where value is not null
        union all
        select importer as area, 'importer' as role, item, year, unit, value, reports_held
        from {{ ref("fct_bilateral_reconciled") }}
        where value is not null
    ),
    added as (
        select
            area,
            role,
            item,
            year,
            unit,
            cast(count(*) as integer) as flows,
            cast(sum(case when reports_held = 2 then 1 else 0 end) as integer) as flows_with_two_reports,
            {{ exact_sum("value") }} as value,
            {{ exact_sum("case when reports_held = 2 then value else 0 end") }} as value_of_two_reports
        from flows
        group by area, role, item, year, unit
    )

select
    area,
    role,
    item,
    year,
    flows,
    flows_with_two_reports,
    value,
    unit,
    100 * value_of_two_reports / nullif(value, 0) as share_of_two_reports,
    100 * (value - value_of_two_reports) / nullif(value, 0) as share_of_one_report
from added
