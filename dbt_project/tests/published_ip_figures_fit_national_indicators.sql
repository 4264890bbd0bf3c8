select
    figures.source,
    figures.resource,
    figures.payload_sha256,
    figures.payload_pointer,
    figures.measure,
    figures.area,
    figures.year,
    figures.value as seen,
    indicators.source as other_source,
    indicators.value as expected
from {{ ref("fct_published_figure") }} as figures
inner join
    {{ ref("fct_indicator") }} as indicators
    on figures.measure = indicators.indicator
    and figures.area = indicators.area
    and figures.item = indicators.item
    and figures.year = indicators.year
where
    {{ was_reviewed("figures") }}
    and {{ was_reviewed("indicators") }}
    and figures.measure in ('ip_receipts', 'ip_payments')
    and figures.counterpart_area = 'W00'
    and figures.is_latest
    and indicators.is_latest
    and indicators.value is not null
    and not figures.value between 0.5e0 * indicators.value and 2 * indicators.value
