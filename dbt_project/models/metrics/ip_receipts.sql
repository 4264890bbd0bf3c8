with
    national as (
        select source, area, item, year, vintage, value, unit, obs_status, is_latest
        from {{ ref("fct_indicator") }}
        where indicator = 'ip_receipts' and item = 'SH'
    ),
    -- a publisher of partner tables only shows the national figure as the partner "world"
    world_partner as (
        select source, reporter as area, item, year, vintage, value, unit, obs_status, is_latest
        from {{ ref("fct_bilateral_services") }}
        where flow = 'X' and item = 'SH' and partner = 'W00' and source not in (select source from national)
    ),
    figures as (
        select *
        from national
        union all
        select *
        from world_partner
    )

    {{ metric("ip_receipts", "figures", ["item"], measure="receipts", basis="reported", where="obs_status <> 'O'") }}
    -- a year for which nothing was published is no figure; a suppressed one is
