-- Concept: charges between two economies
with
flows as (
    select counterpart_area as payer, area as recipient, year, value, unit, obs_status, source, vintage, basis
    from bilateral_ip_charges
    where
        item = 'SH' and basis in ('reported', 'mirrored', 'balanced') and value > 0 and obs_status <> 'U'
        and (area, counterpart_area) in (($area, $counterpart), ($counterpart, $area))
)
select one.payer, one.recipient, one.year, one.value, one.unit, one.obs_status, one.source, one.basis, other.value as back
from flows as one
left join
    flows as other
    on one.payer = other.recipient
    and one.year = other.year
    and one.source = other.source
    and (one.basis = 'balanced') = (other.basis = 'balanced')
order by
    one.year desc,
    one.basis = 'reported' desc,
    one.value desc,
    one.vintage desc,
    one.source,
    one.payer,
    other.basis = 'reported' desc nulls last,
    other.value desc nulls last
