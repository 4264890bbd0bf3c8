-- Fault: a vintage that was known on the day did not get into a build as of that day: a payload was not read, or a
-- later vintage took its place. Every reviewed vintage that had been published by then is there; that it is whole is
-- said by reviewed_vintages_hold. In a build of all that is known the reviewed coverage looks at this.
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
