with
    observations as (
        -- the file by section counts China alone and says so in its name, not in its rows
        select
            *,
            case when resource = 'co_invention_us_china_by_section' then 'China' else partner end as partner_name,
            case when resource = 'co_invention_us_china_by_section' then us_cn_count else co_count end as joint_patents
        from {{ source("patentsview", "co_inventions") }}
    ),
    area_codes as (select code, area from {{ ref("area_codes__patentsview") }})
select
    'patentsview' as source,
    observations.vintage,
    'USA' as area,
    area_codes.area as counterpart_area,
    'US50' as authority,
    'grant_year' as clock,
    case when observations.section is null then '_T' else 'CPC_' || observations.section end as item,
    'whole' as counting,
    observations.year,
    cast(observations.joint_patents as {{ double_type() }}) as value,
    'PATN' as unit,
    cast(observations.us_patents as {{ double_type() }}) as area_patents,
    cast(null as {{ double_type() }}) as all_patents,
    case
        when observations.joint_patents is null
        then 'O'
        -- the release ends before the year does
        when observations.year = extract(year from observations.vintage)
        then 'P'
        -- inventors' addresses are incomplete in the first years; before China's first patent law of 1985 its code is
        -- doubtful
        when observations.year < 1980 or (area_codes.area = 'CHN' and observations.year < 1985)
        then 'U'
        else 'A'
    end as obs_status,
    observations.resource,
    observations.payload_sha256,
    observations.payload_pointer
from observations
left join area_codes on observations.partner_name = area_codes.code
