---
title: Claims about the two economies
lead: >-
  Figures that others published about this pair, with the official figures. The front page lists the claims about
  every economy.
---
{% from "_shared.sql" import audit with context %}

---
kind: table
title: Claims and verdicts
id: claims
---
{{ audit("(audit.area, audit.counterpart_area) in (($area, $counterpart), ($counterpart, $area))") }}
