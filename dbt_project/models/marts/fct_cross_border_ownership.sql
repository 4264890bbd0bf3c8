select
    'uspto' as source,
    counts.area,
    counts.counterpart_area,
    'US50' as authority,
    counts.clock,
    counts.item,
    counts.year,
    counts.vintage,
    counts.whole,
    counts.fractional,
    'PATN' as unit,
    areas.patents as area_patents,
    {{ patent_count_status("counts.clock", "counts.year", "editions.last_granted_on") }} as obs_status,
    counts.vintage = max(counts.vintage) over (partition by counts.clock, counts.year) as is_latest,
    'g_assignee_disambiguated' as resource,
    editions.assignees_payload as payload_sha256,
    'all rows, joined with the other tables of the release' as payload_pointer
from {{ ref("int_uspto_ownership_counted") }} as counts
inner join {{ ref("int_uspto_editions_chosen") }} as editions on counts.vintage = editions.vintage
inner join
    {{ ref("int_uspto_areas_counted") }} as areas
    on counts.vintage = areas.vintage
    and counts.clock = areas.clock
    and counts.year = areas.year
    and counts.item = areas.item
    and counts.area = areas.area
-- a sample has no totals; an invention owned where it was made crosses no border
where editions.is_complete and counts.area <> counts.counterpart_area
