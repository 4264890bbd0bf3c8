---
title: The European Union of other publishers
lead: >-
  Publishers draw the Union differently, with or without the United Kingdom, by residence or by office. Each figure
  keeps the area of its publisher, and none is joined with another.
only: WB_EUU
---

---
kind: table
title: Newest totals of the European Union by other publishers
id: totals
concept: figures of the European Union
---
select
    economy.name as area,
    partner.name as counterpart,
    regexp_replace(replace(figures.metric_id, '_', ' '), '\bip\b', 'IP')
    || ', ' || replace(figures.measure, '_', ' ') as what_is_counted,
    {{ figure_cell("figures") }} as figure,
    figures.source
from (
    select *
    from metric_vintages
    where
        (regexp_matches(area, '_EU$|_EU2[78]') or regexp_matches(counterpart_area, '_EU$|_EU2[78]'))
        and item in ('_T', 'S', 'SH')
        and is_latest
        and value is not null
    qualify year = max(year) over (
        partition by metric_id, measure, area, counterpart_area, item, clock, authority, basis, source
    )
) as figures
join dim_area as economy on figures.area = economy.area
join dim_area as partner on figures.counterpart_area = partner.area
where $area = 'WB_EUU' and figures.metric_id <> 'revisions'
order by
    what_is_counted, economy.name, partner.name, figures.source, figures.basis, figures.item, figures.clock,
    figures.authority, figures.base_year, figures.unit, figures.value
