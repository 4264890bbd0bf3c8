-- Question: Whose reports of one payment disagree most?
-- Concept: charges between two economies
-- Answer: Those of {payer_area} and {recipient_area}: for {year}, {recipient_area} reported receiving {figure} and {payer_area} reported paying {paid}; for {newest_year}, the newest year with both, {newest} and {newest_paid}.
-- Link: metrics/mirror_asymmetry.html, Every difference
with both_sides as (
    select
        paid.counterpart_area as payer_area,
        paid.area as recipient_area,
        paid.year,
        {{ figure_cell("received") }} as figure,
        {{ figure_cell("paid") }} as paid
    from bilateral_ip_charges as received
    join
        bilateral_ip_charges as paid
        on received.area = paid.area
        and received.counterpart_area = paid.counterpart_area
        and received.year = paid.year
        and received.item = paid.item
        and paid.basis = 'mirrored'
    where
        received.item = 'SH'
        and received.basis = 'reported'
        and received.value is not null
        and paid.value is not null
        and 'U' not in (received.obs_status, paid.obs_status)
)

select
    *,
    max(year) over flow as newest_year,
    arg_max(figure, year) over flow as newest,
    arg_max(paid, year) over flow as newest_paid
from both_sides
window flow as (partition by payer_area, recipient_area)
order by abs(figure.value - paid.value) desc, year desc, payer_area, recipient_area
limit 1
