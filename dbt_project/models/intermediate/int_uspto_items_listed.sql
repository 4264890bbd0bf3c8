with
    editions as (select * from {{ ref("int_uspto_editions_chosen") }}),
    granted as (
        select
            editions.vintage,
            editions.pct_data_vintage,
            patents.patent_id,
            patents.granted_on,
            cast(extract(year from patents.granted_on) as integer) as grant_year
        from {{ ref("stg_uspto__patents") }} as patents
        inner join editions on patents.vintage = editions.patents_vintage
        where patents.patent_type = 'utility' and not patents.is_withdrawn
    ),
    applications as (
        select editions.vintage, applications.patent_id, min(applications.filed_on) as filed_on
        from {{ ref("stg_uspto__applications") }} as applications
        inner join editions on applications.vintage = editions.applications_vintage
        group by editions.vintage, applications.patent_id
    ),
    pct as (
        select editions.vintage, pct_data.patent_id, min(pct_data.filed_on) as filed_on
        from {{ ref("stg_uspto__pct_data") }} as pct_data
        inner join editions on pct_data.vintage = editions.pct_data_vintage
        group by editions.vintage, pct_data.patent_id
    ),
    dated as (
        select
            granted.vintage,
            granted.patent_id,
            granted.grant_year,
            case
                when
                    least(applications.filed_on, pct.filed_on) between cast('1900-01-01' as date) and granted.granted_on
                then cast(extract(year from least(applications.filed_on, pct.filed_on)) as integer)
            end as priority_year,
            case when granted.pct_data_vintage is not null then pct.patent_id is not null end as is_pct
        from granted
        left join applications on granted.vintage = applications.vintage and granted.patent_id = applications.patent_id
        left join pct on granted.vintage = pct.vintage and granted.patent_id = pct.patent_id
    ),
    fields as (
        select distinct editions.vintage, fields.patent_id, fields.item
        from {{ ref("stg_uspto__wipo_technology") }} as fields
        inner join editions on fields.vintage = editions.wipo_technology_vintage
        where fields.item is not null
    ),
    counted as (select vintage, patent_id, count(*) as fields from fields group by vintage, patent_id)

select vintage, patent_id, grant_year, priority_year, is_pct, '_T' as item, cast(1 as bigint) as fields
from dated
union all
select
    dated.vintage,
    dated.patent_id,
    dated.grant_year,
    dated.priority_year,
    dated.is_pct,
    coalesce(fields.item, 'WIPO_NONE') as item,
    coalesce(counted.fields, 1) as fields
from dated
left join fields on dated.vintage = fields.vintage and dated.patent_id = fields.patent_id
left join counted on dated.vintage = counted.vintage and dated.patent_id = counted.patent_id
