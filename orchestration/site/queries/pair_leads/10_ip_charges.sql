-- Concept: charges between two economies
with
flows as (
    select counterpart_area as payer, area as recipient, year, value, unit, obs_status, source, vintage, basis
    from bilateral_ip_charges_all
    where
        item = 'SH' and basis in ('reported', 'mirrored', 'balanced') and value > 0 and obs_status <> 'U'
        and (area, counterpart_area) in (($area, $counterpart), ($counterpart, $area))
)
select flow.payer, flow.recipient, flow.year, flow.value, flow.unit, flow.obs_status, flow.source, flow.basis, opposite.value as back
from flows as flow
left join
    flows as opposite
    on flow.payer = opposite.recipient
    and flow.year = opposite.year
    and flow.source = opposite.source
    and (flow.basis = 'balanced') = (opposite.basis = 'balanced')
order by
    flow.year desc,
    flow.basis = 'reported' desc,
    flow.value desc,
    flow.vintage desc,
    flow.source,
    flow.payer,
    opposite.basis = 'reported' desc nulls last,
    opposite.value desc nulls last
