with
    patents as (select * from {{ ref("int_uspto_items_listed") }} where item = '_T'),
    inventors as (
        select vintage, patent_id, max(unplaced) as unplaced, max(team) as team, max(areas) as areas
        from {{ ref("int_uspto_inventors_shared") }}
        group by vintage, patent_id
    ),
    owners as (
        select vintage, patent_id, max(areas) as areas
        from {{ ref("int_uspto_owners_shared") }}
        group by vintage, patent_id
    ),
    counted as (
        select
            patents.vintage,
            min(patents.grant_year) as first_grant_year,
            count(*) as patents,
            count(case when inventors.areas is null then 1 end) as patents_without_inventors,
            count(case when inventors.areas = 0 then 1 end) as patents_without_inventor_country,
            count(case when inventors.areas > 1 then 1 end) as patents_of_several_countries,
            sum(
                case when inventors.areas = 0 then inventors.team else inventors.team + inventors.unplaced end
            ) as inventors,
            sum(inventors.unplaced) as inventors_without_country,
            count(case when owners.areas is null then 1 end) as patents_without_owner,
            count(case when owners.areas = 0 then 1 end) as patents_without_owner_country,
            count(case when patents.priority_year is null then 1 end) as patents_without_priority_year,
            count(case when patents.is_pct then 1 end) as pct_patents
        from patents
        left join inventors on patents.vintage = inventors.vintage and patents.patent_id = inventors.patent_id
        left join owners on patents.vintage = owners.vintage and patents.patent_id = owners.patent_id
        group by patents.vintage
    ),
    fieldless as (
        select vintage, count(*) as patents_without_field
        from {{ ref("int_uspto_items_listed") }}
        where item = 'WIPO_NONE'
        group by vintage
    )

select
    'uspto' as source,
    counted.vintage,
    editions.is_complete,
    editions.excerpt,
    counted.first_grant_year,
    editions.last_granted_on,
    counted.patents,
    counted.patents_of_several_countries,
    counted.patents_without_inventors,
    counted.patents_without_inventor_country,
    cast(counted.inventors as bigint) as inventors,
    cast(counted.inventors_without_country as bigint) as inventors_without_country,
    counted.patents_without_owner,
    counted.patents_without_owner_country,
    counted.patents_without_priority_year,
    coalesce(fieldless.patents_without_field, 0) as patents_without_field,
    case when editions.pct_data_vintage is not null then counted.pct_patents end as pct_patents
from counted
inner join {{ ref("int_uspto_editions_chosen") }} as editions on counted.vintage = editions.vintage
left join fieldless on counted.vintage = fieldless.vintage
