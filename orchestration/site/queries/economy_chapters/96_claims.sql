{% from "_shared.sql" import audit with context %}
-- Title: Claims about the economy
-- Lead: Figures that others published about this economy, with the official figures.

-- Table: Claims and verdicts
-- Id: claims
{{ audit("$area in (audit.area, audit.counterpart_area)") }}
