with printed_units as (select printed_unit, unit, multiplier from {{ ref("printed_units__publications") }})
select
    'publications' as source,
    figures.company,
    figures.measure as line,
    'W00' as area,
    '_T' as member,
    'world' as member_kind,
    cast(figures.period_end as date) as period_end,
    4 as quarters,
    figures.measure as concept,
    -- in decimals, so that 6.32 billion is 6320000000 and not its neighbour
    cast(cast(figures.value as decimal(18, 6)) * printed_units.multiplier as {{ double_type() }}) as value,
    printed_units.unit,
    figures.publisher as filer_name,
    'page' as form,
    figures.year as fiscal_year,
    'FY' as fiscal_period,
    figures.vintage,
    figures.publication || '/' || figures.figure_id as accession_number,
    figures.publication as resource,
    figures.payload_sha256,
    figures.payload_pointer
from {{ source("publications", "licensor_revenues") }} as figures
left join printed_units on figures.unit = printed_units.printed_unit
