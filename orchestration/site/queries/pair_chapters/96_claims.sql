{% from "_shared.sql" import audit with context %}
-- Title: Claims about the two economies
-- Lead: Figures that others published about this pair, with the official figures. The front page lists the claims
--   about every economy.

-- Table: Claims and verdicts
-- Id: claims
{{ audit("(audit.area, audit.counterpart_area) in (($area, $counterpart), ($counterpart, $area))") }}
