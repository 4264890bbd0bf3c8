with
    regions as (select source, member_area, group_area from {{ ref("dim_area_group") }} where is_region),
    charges as (
        select area, counterpart_area, item, year, value, obs_status, basis, source, vintage, is_latest
        from {{ ref("bilateral_ip_charges") }}
        where basis <> 'reconciled' and item = 'SH' and value is not null
    ),
    -- what an economy receives by its own report, what it pays by its own, and both as a publisher balances them
    flows as (
        select
            'receipts_from' as flow,
            case basis when 'balanced' then basis else 'derived' end as basis,
            area,
            counterpart_area,
            item,
            year,
            value,
            obs_status,
            source,
            vintage,
            is_latest
        from charges
        where basis <> 'mirrored'
        union all
        select
            'payments_to' as flow,
            case basis when 'balanced' then basis else 'derived' end as basis,
            counterpart_area as area,
            area as counterpart_area,
            item,
            year,
            value,
            obs_status,
            source,
            vintage,
            is_latest
        from charges
        where basis <> 'reported'
    ),
    with_partner as (select * from flows where counterpart_area <> 'W00'),
    own_world as (select * from flows where counterpart_area = 'W00' and value > 0),
    national as (
        select 'receipts_from' as flow, area, item, year, value, obs_status, source, vintage
        from {{ ref("ip_receipts") }}
        union all
        select 'payments_to' as flow, area, item, year, value, obs_status, source, vintage
        from {{ ref("ip_payments") }}
    ),
    world_bank as (
        select
            *,
            row_number() over (
                partition by flow, area, item, year, extract(year from vintage) order by vintage desc nulls last
            ) as newest_first
        from national
        where source = 'world_bank' and value > 0
    ),
    -- the reporter's own total if it has one; else the World Bank's of the same calendar year, beside reports only
    of_world as (
        select
            with_partner.*,
            'world' as whole,
            coalesce(own_world.value, world_bank.value) as total,
            coalesce(own_world.obs_status, world_bank.obs_status) as total_status,
            coalesce(own_world.source, world_bank.source) as total_source,
            coalesce(own_world.vintage, world_bank.vintage) as total_vintage
        from with_partner
        left join
            own_world
            on with_partner.flow = own_world.flow
            and with_partner.basis = own_world.basis
            and with_partner.source = own_world.source
            and with_partner.vintage = own_world.vintage
            and with_partner.area = own_world.area
            and with_partner.item = own_world.item
            and with_partner.year = own_world.year
        left join
            world_bank
            on with_partner.flow = world_bank.flow
            and with_partner.area = world_bank.area
            and with_partner.item = world_bank.item
            and with_partner.year = world_bank.year
            and extract(year from with_partner.vintage) = extract(year from world_bank.vintage)
            and world_bank.newest_first = 1
            and with_partner.basis = 'derived'
        where own_world.value is not null or world_bank.value is not null
    ),
    of_region as (
        select
            with_partner.*,
            'region' as whole,
            region.value as total,
            region.obs_status as total_status,
            region.source as total_source,
            region.vintage as total_vintage
        from with_partner
        inner join
            regions on with_partner.source = regions.source and with_partner.counterpart_area = regions.member_area
        inner join
            flows as region
            on with_partner.flow = region.flow
            and with_partner.basis = region.basis
            and with_partner.source = region.source
            and with_partner.vintage = region.vintage
            and with_partner.area = region.area
            and with_partner.item = region.item
            and with_partner.year = region.year
            and regions.group_area = region.counterpart_area
        where region.value > 0
    ),
    shares as (
        select
            'share_of_' || flow || '_' || whole as measure,
            area,
            counterpart_area,
            item,
            year,
            100 * value / nullif(total, 0) as value,
            {{ combined_status(["obs_status", "total_status"]) }} as obs_status,
            basis,
            {{ combined_source("source", "total_source") }} as source,
            greatest(vintage, total_vintage) as vintage,
            is_latest
        from
            (
                select *
                from of_world
                union all
                select *
                from of_region
            ) as compared
    )

    {{ metric("partner_share_of_ip_charges", "shares", ["counterpart_area", "item"], unit="PT") }}
