---
title: Partners
lead: >-
  What the economy and each partner pay each other for the use of intellectual property. Years and bases differ, so
  the order is no ranking.
---

---
kind: table
title: What {area} received from and paid to its partners for the use of intellectual property, the largest first
id: partners
concept: charges between two economies
note: >-
  The newest report of each direction, by either side; estimates of OECD and WTO only for partners without any report.
  A dash marks a missing figure, not a zero.
partners: true
---
with
flows as (
    select *, counterpart_area as partner, true as is_inward from bilateral_ip_charges_all where area = $area
    union all
    select *, area as partner, false as is_inward from bilateral_ip_charges_all where counterpart_area = $area
),
newest as (
    from flows
    where item = 'SH' and basis in ('reported', 'mirrored', 'balanced') and value is not null and obs_status <> 'U'
    qualify row_number() over (
        partition by partner, is_inward order by basis = 'balanced', year desc, basis = 'reported' desc, vintage desc, source
    ) = 1
),
chosen as (
    select
        *,
        case
            when basis = 'balanced' then 'estimate'
            when (basis = 'reported') = is_inward then 'own report'
            else 'report of the partner'
        end as whose_figure
    from newest
    qualify basis <> 'balanced' or bool_and(basis = 'balanced') over (partition by partner)
)
select
    chosen.partner,
    max({{ figure_cell("chosen") }}) filter (where chosen.is_inward) as received,
    max({{ figure_cell("chosen") }}) filter (where not chosen.is_inward) as paid,
    string_agg(distinct chosen.whose_figure, ', ' order by chosen.whose_figure) as whose_figure
from chosen
join dim_area as partner on chosen.partner = partner.area
where partner.kind = 'country'
group by chosen.partner, partner.name
order by max(chosen.value) desc, partner.name
