select distinct revenue.cik, revenue.company, revenue.filer_name
from {{ ref("fct_licensor_revenue") }} as revenue
inner join {{ ref("licensors") }} as licensors on revenue.cik = cast(licensors.cik as bigint)
where
    upper(revenue.filer_name) not like '%' || licensors.name_in_filings || '%'
    and (licensors.earlier_name is null or upper(revenue.filer_name) not like '%' || licensors.earlier_name || '%')
