---
question: Which figure was revised most?
concept: receipts and payments with the world
is_leading: true
answer: "What {area} {flow} in {year}: {before} in the edition of {edition_before}, {figure} in that of {edition}."
page: metrics/revisions.html
link: All revisions
---
select
    revision.area,
    case revision.series when 'ip_receipts' then 'earned' else 'paid' end as flow,
    revision.year,
    struct_pack(
        value := revision.previous_value, unit := revision.unit, year := revision.year, obs_status := 'A',
        source := revision.source, vintage := revision.previous_vintage
    ) as before,
    strftime(revision.previous_vintage, '%B %Y') as edition_before,
    struct_pack(
        value := revision.value, unit := revision.unit, year := revision.year, obs_status := 'A',
        source := revision.source, vintage := revision.vintage
    ) as figure,
    strftime(revision.vintage, '%B %Y') as edition
from fct_revision as revision
join dim_area as economy on revision.area = economy.area and economy.kind = 'country'
where revision.kind = 'revised' and revision.series in ('ip_receipts', 'ip_payments') and revision.unit = 'USD'
order by abs(revision.change) desc, revision.area, revision.year, revision.vintage
limit 1
