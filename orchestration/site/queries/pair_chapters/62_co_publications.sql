---
title: Joint publications
lead: Scientific publications with authors in both economies, and their weight among those that each has with others.
events: [_T]
---

---
kind: lines
title: Authors in {area} and {counterpart} published together
id: publications
concept: joint publications
note: Each edition counts in another state of the database. Their lines have years of their own and never make one line.
---
select {{ measure_label() }} || ' (' || source || ')' as series,
{{ figure_columns() }}
from co_publications_all
where area = $area and counterpart_area = $counterpart and item = '_T'
order by series, year

---
kind: table
title: Authors in {area} and {counterpart} published on artificial intelligence together, 2003 to 2022 in one figure
id: artificial_intelligence
concept: joint publications on artificial intelligence
---
select 'artificial intelligence' as field, {{ figure_cell("joint") }} as joint_articles, joint.source
from co_publications_all as joint
where joint.area = $area and joint.counterpart_area = $counterpart and joint.item = 'ASJC_AI'
order by joint.year, joint.source

---
kind: lines
title: Publications with authors in {counterpart} made up part of the international publications of {area}
id: shares
concept: joint publications as a share of international ones
directed: true
---
select {{ measure_label() }} || ' (' || source || ')' as series,
{{ figure_columns() }}
from co_publication_intensity_all
where area = $area and counterpart_area = $counterpart and measure = 'share_of_international_publications'
order by series, year

---
kind: lines
title: Joint publications of {area} and {counterpart}, compared with what chance would give
id: intensity
concept: joint publications in relation to sizes
note: >-
  Salton's cosine ranges from 0 to 1, and is lower where it is of all publications; observed over expected is 1 where
  joint publications are as many as chance would give.
---
select {{ measure_label() }} || ' (' || source || ')' as series,
{{ figure_columns() }}
from co_publication_intensity_all
where area = $area and counterpart_area = $counterpart and measure <> 'share_of_international_publications'
order by series, year
