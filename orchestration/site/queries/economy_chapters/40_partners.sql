{% from "_shared.sql" import charges, services with context %}
-- Title: Partners
-- Lead: Every economy with a figure between the two, and the newest reports of either side. Each partner leads to the
--   page of the pair.

-- Table: {area} has figures with these economies
-- Id: partners
-- Is: partners
with
figures as (
    select counterpart_area as partner, metric_id, basis, year
    from metric_vintages
    where area = $area and counterpart_area <> $area and is_latest and value is not null
    union all
    select area as partner, metric_id, basis, year
    from metric_vintages
    where counterpart_area = $area and area <> $area and is_latest and value is not null
)
select
    figures.partner,
    count(*) as figures,
    case when bool_and(figures.basis = 'balanced') then 'balanced estimates only' else 'reports' end as based_on,
    max(figures.year) as newest_year,
    string_agg(distinct figures.subject, ', ' order by figures.subject) as subjects
from (
    select *, regexp_replace(replace(metric_id, '_', ' '), '\bip\b', 'IP') as subject
    from figures
) as figures
join dim_area as partner on figures.partner = partner.area
where partner.kind = 'country' and figures.metric_id <> 'revisions'
group by figures.partner, partner.name
order by bool_and(figures.basis = 'balanced'), count(*) desc, partner.name

-- Table: {area} and its partners paid each other for the use of intellectual property, by report
-- Id: charges
-- Concept: charges between two economies
-- Note: The newest figure of each direction, basis and source, with its year.
-- Is: partners
{{ charges("<>") }}

-- Table: {area} sold services to its partners and bought services from them, by report
-- Id: services
-- Concept: services sold, services bought and their balance
-- Note: The newest figure of each direction, basis and source, with its year.
-- Is: partners
{{ services("<>") }}
