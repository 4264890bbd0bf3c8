with
    areas as (
        select vintage, sum(fractional_patents) as seen
        from {{ ref("int_uspto_areas_counted") }}
        where clock = 'grant_year' and item = '_T'
        group by vintage
    ),
    ownership as (
        select vintage, sum(fractional) as seen
        from {{ ref("int_uspto_ownership_counted") }}
        where clock = 'grant_year' and item = '_T'
        group by vintage
    )
select
    editions.vintage,
    areas.seen as seen_of_inventors,
    editions.patents - editions.patents_without_inventors as expected_of_inventors,
    ownership.seen as seen_of_owners,
    editions.patents - editions.patents_without_owner as expected_of_owners_at_most
from {{ ref("fct_patent_edition") }} as editions
left join areas on editions.vintage = areas.vintage
left join ownership on editions.vintage = ownership.vintage
where
    areas.seen is null
    or abs(areas.seen - (editions.patents - editions.patents_without_inventors)) > 0.001e0
    or ownership.seen > editions.patents - editions.patents_without_owner + 0.001e0
    or ownership.seen < editions.patents - editions.patents_without_owner - editions.patents_without_inventors - 0.001e0
