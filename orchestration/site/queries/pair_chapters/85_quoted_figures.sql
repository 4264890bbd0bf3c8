---
title: Figures that publications print
lead: >-
  Single figures about the two economies that a page or paper prints. Each is of a measure of its own and continues no
  series of the other chapters.
---

---
kind: table
title: Figures with their publisher
id: figures
note: >-
  The Bank of Korea's balance of intellectual property rights includes sales of rights and copyrights; it is wider
  than charges for their use. A secondary page quotes the publisher.
---
select
    replace(replace(figure.measure, '_', ' '), 'ip ', 'IP ') as measure,
    area.name as economy,
    counterpart.name as counterpart,
    figure.year,
    {{ figure_cell("figure") }} as printed,
    figure.qualifier,
    case when figure.is_primary then 'primary' else 'secondary' end as page,
    figure.publisher,
    figure.url as source_url
from fct_published_figure as figure
join dim_area as area on figure.area = area.area
join dim_area as counterpart on figure.counterpart_area = counterpart.area
where
    (figure.area, figure.counterpart_area) in (($area, $counterpart), ($counterpart, $area))
    and figure.measure not in ('ip_receipts', 'ip_payments', 'services_exports', 'services_imports')
order by figure.measure, figure.year, figure.vintage, figure.figure_id
