---
title: Joint publications
lead: Scientific publications with authors in the economy and in another one.
events: [_T]
---

---
kind: table
title: Authors in {area} published with authors in these economies, newest year
id: partners
concept: all joint publications
note: Articles on artificial intelligence are of 2003 to 2022 together, and part of the publications of these years.
partners: true
---
select
    joint.counterpart_area as partner,
    any_value({{ figure_cell("joint") }}) filter (where joint.item = '_T') as joint_publications,
    any_value({{ figure_cell("joint") }}) filter (where joint.item = 'ASJC_AI') as on_artificial_intelligence_since_2003,
    any_value({{ measure_label("joint") }}) filter (where joint.item = '_T') as counted,
    joint.source
from (
    select *
    from co_publications_all
    where area = $area and value is not null
    qualify year = max(year) over (partition by counterpart_area, item, source)
) as joint
join dim_area as partner on joint.counterpart_area = partner.area and partner.kind = 'country'
group by joint.counterpart_area, partner.name, joint.source
order by max(joint.value) filter (where joint.item = '_T') desc nulls last, max(joint.value) desc, partner.name
