select
    'publications' as source,
    figures.vintage,
    figures.publication || '/' || figures.figure_id as figure_id,
    figures.measure,
    figures.area,
    figures.counterpart_area,
    figures.item,
    figures.year,
    -- in decimals, so that 8.64 billion is 8640000000 and not its neighbour
    cast(cast(figures.value as decimal(18, 6)) * printed_units.multiplier as {{ double_type() }}) as value,
    printed_units.unit,
    cast(
        cast(figures.precision as decimal(18, 6)) * printed_units.multiplier as {{ double_type() }}
    ) as precision_value,
    figures.qualifier,
    figures.publisher,
    figures.title,
    figures.url,
    figures.phrase,
    -- a bound is no point estimate, and an inferred year may be the wrong one
    case
        when figures.qualifier in ('over', 'under') or figures.year_basis = 'inferred'
        then 'U'
        when figures.qualifier = 'about'
        then 'E'
        else 'A'
    end as obs_status,
    -- a publication is never followed by a newer vintage of itself: each is a data set of its own
    figures.publication as resource,
    figures.payload_sha256,
    figures.payload_pointer
from {{ source("publications", "figures") }} as figures
left join {{ ref("printed_units__publications") }} as printed_units on figures.unit = printed_units.printed_unit
