---
title: Joint inventions
lead: Patents with inventors in the economy and in another one.
events: [_T]
---

---
kind: lines
title: Inventors in {area} shared patents with inventors in other economies
id: patents
concept: joint inventions
note: The newest year may be incomplete.
---
select
    partner.name || ', ' || {{ measure_label("joint") }} || ' (' || joint.source || ')' as series,
{{ figure_columns("joint") }}
from (
    select *, sum(value) over (partition by counterpart_area) as weight
    from co_inventions_all
    where area = $area and item = '_T'
) as joint
join dim_area as partner on joint.counterpart_area = partner.area
order by weight desc nulls last, series, joint.year

---
kind: table
title: Inventors in {area} shared patents with inventors in these economies, newest full year
id: partners
concept: joint inventions
partners: true
---
select
    joint.counterpart_area as partner,
    {{ figure_cell("joint") }} as shared_patents,
    {{ measure_label("joint") }} as counted,
    joint.source
from co_inventions_all as joint
join dim_area as partner on joint.counterpart_area = partner.area
where
    joint.area = $area and joint.item = '_T' and partner.kind = 'country' and joint.value is not null and joint.obs_status <> 'P'
qualify
    joint.year = max(joint.year) over (
        partition by joint.counterpart_area, joint.measure, joint.authority, joint.clock, joint.source
    )
order by joint.value desc, partner.name, counted, joint.source
