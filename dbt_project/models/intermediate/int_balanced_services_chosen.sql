with
    followed as (select area from {{ ref("followed_economies") }}),
    main_items as (select item from {{ ref("items__ebops2010") }} where parent_item = 'S'),
    candidates as (
        select
            gathered.*,
            partners.area is not null as is_partner_followed,
            max(gathered.year) over (partition by gathered.source, gathered.vintage) as newest_year
        from {{ ref("int_balanced_services_gathered") }} as gathered
        inner join followed as reporters on gathered.reporter = reporters.area
        left join followed as partners on gathered.partner = partners.area
        left join main_items on gathered.item = main_items.item
        where
            gathered.balanced_value is not null
            and (
                gathered.item = 'S'
                or main_items.item is not null
                or gathered.partner = 'W00'
                or partners.area is not null
            )
    ),
    sized as (
        select
            *,
            sum(case when item = 'S' and year = newest_year then balanced_value end) over (
                partition by source, vintage, reporter, partner
            ) as services_with_partner
        from candidates
    ),
    chosen as (
        select
            source,
            vintage,
            case flow when 'X' then reporter else partner end as exporter,
            case flow when 'X' then partner else reporter end as importer,
            flow,
            item,
            year,
            balanced_value as value,
            unit,
            resource,
            payload_sha256,
            payload_pointer
        from sized
        where
            item in ('S', 'SH')
            or partner = 'W00'
            or is_partner_followed
            or services_with_partner >= {{ var("least_services_by_item") }}
    ),
    -- between two followed economies both sides have a row, with the same value by construction
    sides as (
        select
            *,
            row_number() over (
                partition by source, vintage, exporter, importer, item, year order by flow desc nulls last
            ) as place
        from chosen
    )

select
    source,
    vintage,
    exporter,
    importer,
    item,
    year,
    value,
    unit,
    -- what mixes reports with imputed and modelled values and moves both to agree is an estimate
    'E' as obs_status,
    resource,
    payload_sha256,
    payload_pointer
from sides
where place = 1
