---
concept: charges between two economies
---
with
flows as (
    select counterpart_area as payer, area as recipient, year, value, unit, obs_status, source, vintage, basis
    from bilateral_ip_charges_all
    where
        item = 'SH' and basis in ('reported', 'mirrored', 'balanced') and value >= 0
        and (area, counterpart_area) in (($area, $counterpart), ($counterpart, $area))
),
paired as (
    select
        flow.*,
        opposite.basis as back_basis,
        opposite.value as back,
        opposite.obs_status <> 'U'
        and flow.year = max(flow.year) filter (where opposite.value is not null and flow.basis <> 'balanced') over ()
        as is_last_of_both
    from flows as flow
    left join
        flows as opposite
        on flow.payer = opposite.recipient
        and flow.year = opposite.year
        and flow.source = opposite.source
        and (flow.basis = 'balanced') = (opposite.basis = 'balanced')
)
select payer, recipient, year, value, unit, obs_status, source, basis, back, is_last_of_both
from paired
where obs_status <> 'U'
order by
    year desc,
    basis = 'reported' desc,
    value desc,
    vintage desc,
    source,
    payer,
    back_basis = 'reported' desc nulls last,
    back desc nulls last
