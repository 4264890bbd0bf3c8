---
title: Charges for the use of intellectual property
lead: >-
  What the two economies pay each other for the use of patents, software, trademarks, films and music. Reported
  figures come from the recipient, mirrored figures from the payer; balanced figures are estimates of OECD and WTO.
events: [SH, S]
---
{% macro charges(bases, directions) %}
select
    payer.name || ' → ' || recipient.name || ': ' || charges.basis || ' (' || charges.source || ')' as series,
{{ figure_columns("charges") }},
    payer.name || ' → ' || recipient.name as flow,
    charges.basis
from bilateral_ip_charges_all as charges
join dim_area as payer on charges.counterpart_area = payer.area
join dim_area as recipient on charges.area = recipient.area
where
    charges.item = 'SH'
    and charges.basis in ({{ bases }})
    and (charges.area, charges.counterpart_area) in ({{ directions }})
order by charges.area = $area, charges.basis = 'reported' desc, charges.source, charges.year
{% endmacro %}

---
kind: lines
title: "Who pays whom: payments between {area} and {counterpart} for the use of intellectual property"
id: reports
concept: charges between two economies
note: >-
  Both directions on one scale; an arrow leads from the payer to the recipient. Each source and each side's report is
  a line of its own; no line is filled from another. A band is the range between the reports of the two sides.
---
{{ charges("'reported', 'mirrored'", "($area, $counterpart), ($counterpart, $area)") }}

---
kind: lines
title: Payments between {area} and {counterpart} for the use of intellectual property, as OECD and WTO estimate them
id: estimates
concept: charges between two economies
note: Balanced estimates, made from the reports of both sides and from models; no report is replaced by them.
---
{{ charges("'balanced'", "($area, $counterpart), ($counterpart, $area)") }}

---
kind: lines
title: "{counterpart} paid {area} for the use of intellectual property, reconciled"
id: reconciled
concept: charges between two economies
note: >-
  One figure from the reports of both sides, for years that both reported; docs/methods/reconciliation.md has the
  formula.
directed: true
---
{{ charges("'reconciled'", "($area, $counterpart)") }}

---
kind: lines
title: "{counterpart} paid {area} for the use of intellectual property, by type"
id: types
concept: charges between two economies by type
note: "Types do not always add up to the total: reporters suppress some types and do not collect others."
directed: true
---
select
    item.name || ', ' || charges.basis || ' (' || charges.source || ')' as series,
{{ figure_columns("charges") }}
from bilateral_ip_charges_all as charges
join dim_service_item as item on charges.item = item.item
where item.parent_item = 'SH' and charges.area = $area and charges.counterpart_area = $counterpart
order by charges.item, series, charges.year
