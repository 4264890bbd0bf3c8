with systems as (select distinct system from {{ ref("dim_area_code") }} where kind = 'dissolved')
select areas.area, systems.system
from {{ ref("dim_area") }} as areas
cross join systems
left join {{ ref("dim_area_code") }} as codes on areas.area = codes.area and systems.system = codes.system
where areas.kind = 'country' and areas.iso2 is not null and areas.m49 is not null and codes.code is null
