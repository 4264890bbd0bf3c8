---
title: Joint inventions
lead: Patents with inventors in both economies, and their weight among all patents of the two.
events: [_T]
---

---
kind: lines
title: Inventors in {area} and {counterpart} shared patents
id: patents
concept: joint inventions
note: >-
  Lines of different offices and years (grant, filing, priority) are different counts. The newest year may be
  incomplete.
---
select {{ measure_label() }} || ' (' || source || ')' as series,
{{ figure_columns() }}
from co_inventions_all
where area = $area and counterpart_area = $counterpart and item = '_T'
order by measure <> 'whole_count', clock <> 'grant_year', authority <> 'US50', series, year

---
kind: bars
title: Inventors in {area} and {counterpart} shared patents, by field of technology, newest complete year
id: fields
concept: joint inventions by field
note: A patent counts in the first section of the Cooperative Patent Classification that it names.
---
select
    item.name || ' (' || joint.source || ')' as series,
{{ figure_columns("joint") }}
from co_inventions_all as joint
join dim_service_item as item on joint.item = item.item
where
    joint.area = $area
    and joint.counterpart_area = $counterpart
    and joint.item <> '_T'
    and joint.measure = 'whole_count'
    and joint.clock = 'grant_year'
    and joint.authority = 'US50'
    and joint.obs_status <> 'P'
qualify joint.year = max(joint.year) over (partition by joint.source)
order by joint.value desc nulls last, series

---
kind: lines
title: Patents shared with inventors in {counterpart} made up part of all patents of {area}
id: shares
concept: joint inventions as a share of patents
directed: true
---
select {{ measure_label() }} || ' (' || source || ')' as series,
{{ figure_columns() }}
from co_invention_intensity_all
where area = $area and counterpart_area = $counterpart and item = '_T' and measure = 'share_of_area_patents'
order by series, year

---
kind: lines
title: Joint inventions of {area} and {counterpart}, compared with what chance would give
id: intensity
concept: intensity of joint invention
note: Salton's cosine and the Jaccard index range from 0 to 1; a probabilistic affinity of 1 is what chance would give.
---
select {{ measure_label() }} || ' (' || source || ')' as series,
{{ figure_columns() }}
from co_invention_intensity_all
where area = $area and counterpart_area = $counterpart and item = '_T' and measure <> 'share_of_area_patents'
order by series, year
