-- Fault: a figure read on a page was typed in another unit, for another year or economy, or on the other side of the
-- balance. What publications say of an economy's receipts and payments for intellectual property and what statistics
-- say lie within a factor of 2, where both exist. Editions differ: the widest gap is 1.8, China's payments of 1999.
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
    figures.measure in ('ip_receipts', 'ip_payments')
    and figures.counterpart_area = 'W00'
    and figures.is_latest
    and indicators.is_latest
    and indicators.value is not null
    and not figures.value between 0.5 * indicators.value and 2 * indicators.value
