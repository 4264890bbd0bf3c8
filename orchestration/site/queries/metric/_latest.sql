with
figures as (
    select
        measure,
        item,
        counterpart_area,
        basis,
        source,
        clock,
        authority,
        base_year,
        unit,
        {{ "vintage" if has_editions else "cast(null as date)" }} as edition,
        area,
        year,
        value,
        obs_status,
        vintage
    from metric_vintages
    where is_latest and metric_id = {{ literal(metric) }}
)
