---
title: The partner's share and its growth
lead: >-
  The share of what an economy receives or pays for intellectual property that the other economy pays or receives, and
  how fast receipts from it grew.
events: [SH, S]
is_of_reports: true
---
{% macro shares(condition) %}
select
    case
        when share.measure like 'share_of_receipts%'
        then partner.name || ' → ' || economy.name || ', of what ' || economy.name || ' received from the '
        else economy.name || ' → ' || partner.name || ', of what ' || economy.name || ' paid the '
    end
    || string_split(share.measure, '_')[-1] || ' (' || share.source || ')' as series,
{{ figure_columns("share") }}
from partner_share_of_ip_charges_all as share
join dim_area as economy on share.area = economy.area
join dim_area as partner on share.counterpart_area = partner.area
where
    share.basis {{ condition }} 'balanced'
    and (share.area, share.counterpart_area) in (($area, $counterpart), ($counterpart, $area))
order by series, share.year
{% endmacro %}

---
kind: lines
title: One economy's share of what the other received or paid for the use of intellectual property
id: reports
concept: share of a partner in receipts and payments
note: By reports. Lines run from payer to recipient.
---
{{ shares("<>") }}

---
kind: lines
title: >-
  One economy's share of what the other received or paid for the use of intellectual property, as OECD and WTO
  estimate it
id: estimates
concept: share of a partner in receipts and payments
note: Balanced estimates, made from the reports of both sides and from models. Lines run from payer to recipient.
---
{{ shares("=") }}

---
kind: table
title: How receipts of {area} and of {counterpart} from each other changed over 1, 5 and 10 years
id: growth
---
select
    area,
    counterpart_area,
    base_year as from_year,
    year as to_year,
    round(max(case when measure = 'multiple' then value end), 2) as multiple,
    round(max(case when measure = 'compound_annual_growth' then value end), 1) as percent_a_year,
    source,
    vintage
from ip_receipts_growth_all
where (area, counterpart_area) in (($area, $counterpart), ($counterpart, $area))
group by area, counterpart_area, base_year, year, source, vintage
order by area, source, year, base_year
