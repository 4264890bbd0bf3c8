with
    editions as (select * from {{ ref("int_uspto_editions_chosen") }}),
    -- every row that names a patent, to be gathered in one aggregation: joins of so many patents take twice the memory
    named as (
        select
            editions.vintage,
            patents.patent_id,
            1 as is_counted,
            patents.granted_on,
            cast(null as date) as filed_on,
            0 as is_pct
        from {{ ref("stg_uspto__patents") }} as patents
        inner join editions on patents.vintage = editions.patents_vintage
        where patents.patent_type = 'utility' and not patents.is_withdrawn
        union all
        select editions.vintage, applications.patent_id, 0, cast(null as date), applications.filed_on, 0
        from {{ ref("stg_uspto__applications") }} as applications
        inner join editions on applications.vintage = editions.applications_vintage
        union all
        select editions.vintage, pct_data.patent_id, 0, cast(null as date), pct_data.filed_on, 1
        from {{ ref("stg_uspto__pct_data") }} as pct_data
        inner join editions on pct_data.vintage = editions.pct_data_vintage
    ),
    gathered as (
        select
            vintage,
            patent_id,
            max(is_counted) as is_counted,
            max(granted_on) as granted_on,
            min(filed_on) as filed_on,
            max(is_pct) as is_pct
        from named
        group by vintage, patent_id
    ),
    dated as (
        select
            gathered.vintage,
            gathered.patent_id,
            cast(extract(year from gathered.granted_on) as integer) as grant_year,
            case
                when gathered.filed_on between cast('1900-01-01' as date) and gathered.granted_on
                then cast(extract(year from gathered.filed_on) as integer)
            end as priority_year,
            case when editions.pct_data_vintage is not null then gathered.is_pct = 1 end as is_pct
        from gathered
        inner join editions on gathered.vintage = editions.vintage
        where gathered.is_counted = 1
    ),
    fields as (
        select distinct editions.vintage, fields.patent_id, fields.item
        from {{ ref("stg_uspto__wipo_technology") }} as fields
        inner join editions on fields.vintage = editions.wipo_technology_vintage
        where fields.item is not null
    ),
    counted as (select vintage, patent_id, item, count(*) over (partition by vintage, patent_id) as fields from fields)

select vintage, patent_id, grant_year, priority_year, is_pct, '_T' as item, cast(1 as bigint) as fields
from dated
union all
select
    dated.vintage,
    dated.patent_id,
    dated.grant_year,
    dated.priority_year,
    dated.is_pct,
    coalesce(counted.item, 'WIPO_NONE') as item,
    coalesce(counted.fields, 1) as fields
from dated
left join counted on dated.vintage = counted.vintage and dated.patent_id = counted.patent_id
