with
    growth as (
        select *, value / base_value as multiple, year - base_year as years
        from {{ ref("int_receipts_compared") }}
        where outcome = 'published'
    ),
    measured as (
        select
            area,
            counterpart_area,
            item,
            year,
            base_year,
            'multiple' as measure,
            multiple as value,
            'PN' as unit,
            obs_status,
            source,
            vintage,
            is_latest
        from growth
        union all
        select
            area,
            counterpart_area,
            item,
            year,
            base_year,
            'compound_annual_growth' as measure,
            100 * (power(multiple, 1e0 / years) - 1) as value,
            'PT' as unit,
            obs_status,
            source,
            vintage,
            is_latest
        from growth
    )

    {{ metric("ip_receipts_growth", "measured", ["counterpart_area", "item", "base_year"], basis="derived") }}
