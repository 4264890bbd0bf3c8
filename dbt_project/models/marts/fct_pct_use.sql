select
    'uspto' as source,
    areas.area,
    'US50' as authority,
    areas.clock,
    areas.item,
    areas.year,
    areas.vintage,
    areas.patents,
    areas.pct_patents,
    areas.fractional_patents,
    areas.fractional_pct_patents,
    'PATN' as unit,
    {{ patent_count_status("areas.clock", "areas.year", "editions.last_granted_on") }} as obs_status,
    areas.vintage = max(areas.vintage) over (partition by areas.clock, areas.year) as is_latest,
    'g_inventor_disambiguated' as resource,
    editions.inventors_payload as payload_sha256
from {{ ref("int_uspto_areas_counted") }} as areas
inner join {{ ref("int_uspto_editions_chosen") }} as editions on areas.vintage = editions.vintage
-- a sample has no totals
where editions.is_complete
