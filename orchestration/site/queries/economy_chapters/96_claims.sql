---
title: Claims about the economy
lead: Figures that others published about this economy, with the official figures.
---
{% from "_shared.sql" import audit with context %}

---
kind: table
title: Claims and verdicts
id: claims
---
{{ audit("$area in (audit.area, audit.counterpart_area)") }}
