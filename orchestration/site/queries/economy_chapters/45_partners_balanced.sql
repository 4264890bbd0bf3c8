{% from "_shared.sql" import charges, services with context %}
-- Title: Partners by balanced estimates
-- Lead: Estimates of OECD and WTO, made from the reports of both sides and from models. They are no reports, and no
--   report is replaced by them.

-- Table: {area} and its partners paid each other for the use of intellectual property, as OECD and WTO estimate it
-- Concept: charges between two economies
-- Note: The newest estimate of each direction, with its year.
-- Is: partners
{{ charges("=") }}

-- Table: {area} sold services to its partners and bought services from them, as OECD and WTO estimate it
-- Concept: services sold, services bought and their balance
-- Note: The newest estimate of each direction, with its year.
-- Is: partners
{{ services("=") }}
