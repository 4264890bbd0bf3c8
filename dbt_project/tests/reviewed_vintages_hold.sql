select
    reviewed.source,
    reviewed.resource,
    reviewed.series,
    reviewed.vintage,
    recorded.observations as seen,
    reviewed.observations as expected,
    recorded.digest as digest_seen,
    reviewed.digest as digest_expected
from {{ ref("reviewed_vintages") }} as reviewed
inner join
    {{ ref("int_vintages_recorded") }} as recorded
    on reviewed.source = recorded.source
    and reviewed.resource = recorded.resource
    and reviewed.series = recorded.series
    and reviewed.vintage = recorded.vintage
where
    recorded.observations < reviewed.observations
    or (recorded.observations = reviewed.observations and recorded.digest <> reviewed.digest)
