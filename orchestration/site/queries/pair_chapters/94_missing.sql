---
title: What is missing
lead: Kinds of figures about the two economies that this release does not have, and who publishes them.
is_of_reports: true
---

---
kind: table
title: Figures that are not in this release, and their publishers
id: figures
---
with
present as (
    select metric_id, basis, case basis when 'mirrored' then counterpart_area else area end as reporter
    from metric_vintages
    where is_latest and value is not null and (area, counterpart_area) in (($area, $counterpart), ($counterpart, $area))
),
absent as (
    select
        1 as place,
        'services and charges for intellectual property' as figures,
        economy.name as reported_by,
        case
            when economy.area = 'USA' then 'US Bureau of Economic Analysis: live feed with the key BEA_API_KEY'
            when economy.area = 'CHN' then 'nobody: China publishes no services by partner'
            when economy.area = 'GBR' then 'Office for National Statistics'
            when economy.area = 'CHE' then 'Swiss National Bank'
            when economy.area = 'JPN' then 'Statistics Bureau of Japan, technology trade by partner: not read by this warehouse'
            when economy.area = 'KOR' then 'Bank of Korea, intellectual property rights by partner: not read by this warehouse'
            when economy.kind = 'aggregate' and list_has_any([$area, $counterpart], ['USA', 'CHN'])
            then 'Eurostat: live feed, which draws the Union in its own way'
            when list_has_any([$area, $counterpart], ['USA', 'CHN'])
            then 'OECD, and Eurostat for members of the European Union: live feeds, where ' || economy.name || ' reports partners'
            else 'no publisher that this warehouse reads'
        end as published_by
    from dim_area as economy
    where
        economy.area in ($area, $counterpart)
        and economy.area not in (
            select reporter from present where metric_id = 'bilateral_services_balance' and basis in ('reported', 'mirrored')
        )
    union all
    select kinds.place, kinds.figures, '' as reported_by, kinds.published_by
    from (
        values
            (2, 'bilateral_services_balance', 'balanced', 'balanced estimates of services', 'OECD and WTO: live feed (BaTIS) of followed economies'),
            (3, 'co_inventions', '', 'joint inventions', 'PatentsView: live feed of USPTO with the key USPTO_API_KEY'),
            (4, 'patent_filing_flows', '', 'patents filed or granted at each other''s offices', 'WIPO: a file saved by hand'),
            (5, 'co_publications', '', 'joint scientific publications', 'NCSES: tables of 46 economies')
    ) as kinds(place, metric, basis, figures, published_by)
    where kinds.metric not in (select metric_id from present where kinds.basis in ('', present.basis))
)
select figures, reported_by, published_by
from absent
order by place, reported_by
