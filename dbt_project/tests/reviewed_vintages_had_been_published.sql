select
    reviewed.source, reviewed.resource, reviewed.series, reviewed.vintage, 0 as seen, reviewed.observations as expected
from {{ ref("reviewed_vintages") }} as reviewed
left join
    {{ ref("int_vintages_recorded") }} as recorded
    on reviewed.source = recorded.source
    and reviewed.resource = recorded.resource
    and reviewed.series = recorded.series
    and reviewed.vintage = recorded.vintage
where recorded.source is null and exists ({{ earlier_day() }}) and {{ was_known("reviewed.vintage") }}
