---
title: Who pays whom
lead: >-
  Charges for the use of patents, software, trademarks, films and music. Solid lines are reports of one side, dashed
  lines are estimates that OECD and WTO balanced from both sides' reports and from models.
events: [SH, S]
is_screen: true
---

---
kind: lines
title: Payments between {area} and {counterpart} for the use of intellectual property
id: payments
concept: charges between two economies
trend: What {payer} paid {recipient}
note: >-
  Of each payment, the reports of the side with the newest year; where it has several editions of a year, the newest.
  A thin stretch joins two editions, and hatched years have no report.
until: true
---
with
flows as (
    select *, coalesce(basis = 'balanced', false) as is_estimate
    from bilateral_ip_charges_all
    where
        item = 'SH' and basis in ('reported', 'mirrored', 'balanced')
        and (area, counterpart_area) in (($area, $counterpart), ($counterpart, $area))
    qualify row_number() over (
        partition by area, counterpart_area, basis, year order by value is null, vintage desc, source
    ) = 1
),
sides as (
    select
        *,
        max(year) filter (where value is not null) over (partition by area, counterpart_area, basis) as newest_year,
        max(value) over (partition by area, counterpart_area) as largest
    from flows
),
chosen as (
    select *
    from sides
    qualify is_estimate or dense_rank() over (
        partition by area, counterpart_area, is_estimate order by newest_year desc nulls last, basis desc
    ) = 1
)
select
    payer.name
    || case chosen.basis
        when 'balanced' then ' paid, estimate'
        when 'reported' then ' paid, report of the recipient'
        else ' paid, its own report'
    end as series,
{{ figure_columns("chosen", is_merged=true) }},
    chosen.counterpart_area as flow,
    chosen.basis
from chosen
join dim_area as payer on chosen.counterpart_area = payer.area
join dim_area as recipient on chosen.area = recipient.area
where chosen.newest_year is not null
order by chosen.is_estimate, chosen.largest desc, chosen.area, chosen.year
