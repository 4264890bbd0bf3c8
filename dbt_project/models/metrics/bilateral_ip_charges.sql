with
    countries as (select area from {{ ref("dim_area") }} where kind = 'country'),
    charges as (
        select source, reporter, partner, flow, item, year, vintage, value, unit, obs_status, is_latest
        from {{ ref("fct_bilateral_services") }}
        where item like 'SH%' and reporter in (select area from countries)
    ),
    views as (
        select
            reporter as area,
            partner as counterpart_area,
            item,
            year,
            value,
            unit,
            obs_status,
            'reported' as basis,
            source,
            vintage,
            is_latest
        from charges
        where flow = 'X'
        union all
        -- the payer's report, seen from the receiver
        select
            partner as area,
            reporter as counterpart_area,
            item,
            year,
            value,
            unit,
            obs_status,
            'mirrored' as basis,
            source,
            vintage,
            is_latest
        from charges
        where flow = 'M'
        union all
        -- one report alone is above already
        select
            exporter as area,
            importer as counterpart_area,
            item,
            year,
            value,
            unit,
            obs_status,
            'reconciled' as basis,
            {{ combined_source("export_source", "import_source") }} as source,
            greatest(export_vintage, import_vintage) as vintage,
            true as is_latest
        from {{ ref("fct_bilateral_reconciled") }}
        where item like 'SH%' and reports_held = 2 and value is not null
        union all
        -- no report, and never in the place of one
        select
            exporter as area,
            importer as counterpart_area,
            item,
            year,
            value,
            unit,
            obs_status,
            'balanced' as basis,
            source,
            vintage,
            is_latest
        from {{ ref("fct_balanced_services") }}
        where item like 'SH%'
    )

    {{ metric("bilateral_ip_charges", "views", ["counterpart_area", "item"], measure="charges") }}
