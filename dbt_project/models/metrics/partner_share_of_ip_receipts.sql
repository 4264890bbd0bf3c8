with
    regions as (select source, member_area, group_area from {{ ref("int_regions_chosen") }}),
    receipts as (
        select area, counterpart_area, item, year, value, obs_status, source, vintage, is_latest
        from {{ ref("bilateral_ip_charges") }}
        where basis = 'reported' and item = 'SH' and value is not null
    ),
    from_partner as (select * from receipts where counterpart_area <> 'W00'),
    own_world as (
        select area, item, year, value, obs_status, source, vintage
        from receipts
        where counterpart_area = 'W00' and value > 0
    ),
    world_bank as (
        select
            area,
            item,
            year,
            value,
            obs_status,
            source,
            vintage,
            row_number() over (
                partition by area, item, year, extract(year from vintage) order by vintage desc nulls last
            ) as newest_first
        from {{ ref("ip_receipts") }}
        where source = 'world_bank' and value > 0
    ),
    -- the reporter's own total if it has one; else the World Bank's of the same calendar year
    of_world as (
        select
            from_partner.*,
            'share_of_receipts_from_world' as measure,
            coalesce(own_world.value, world_bank.value) as total,
            coalesce(own_world.obs_status, world_bank.obs_status) as total_status,
            coalesce(own_world.source, world_bank.source) as total_source,
            coalesce(own_world.vintage, world_bank.vintage) as total_vintage
        from from_partner
        left join
            own_world
            on from_partner.source = own_world.source
            and from_partner.vintage = own_world.vintage
            and from_partner.area = own_world.area
            and from_partner.item = own_world.item
            and from_partner.year = own_world.year
        left join
            world_bank
            on from_partner.area = world_bank.area
            and from_partner.item = world_bank.item
            and from_partner.year = world_bank.year
            and extract(year from from_partner.vintage) = extract(year from world_bank.vintage)
            and world_bank.newest_first = 1
        where own_world.value is not null or world_bank.value is not null
    ),
    of_region as (
        select
            from_partner.*,
            'share_of_receipts_from_region' as measure,
            region.value as total,
            region.obs_status as total_status,
            region.source as total_source,
            region.vintage as total_vintage
        from from_partner
        inner join
            regions on from_partner.source = regions.source and from_partner.counterpart_area = regions.member_area
        inner join
            receipts as region
            on from_partner.source = region.source
            and from_partner.vintage = region.vintage
            and from_partner.area = region.area
            and from_partner.item = region.item
            and from_partner.year = region.year
            and regions.group_area = region.counterpart_area
        where region.value > 0
    ),
    shares as (
        select
            measure,
            area,
            counterpart_area,
            item,
            year,
            100 * value / nullif(total, 0) as value,
            {{ combined_status(["obs_status", "total_status"]) }} as obs_status,
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

    {{ metric("partner_share_of_ip_receipts", "shares", ["counterpart_area", "item"], unit="PT", basis="derived") }}
