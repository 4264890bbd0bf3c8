---
title: Research and high technology
lead: What the economy spends on research, publishes, files for patents at home, and exports as high technology.
events: [_T]
---

---
kind: lines
title: "{area} spent part of its gross domestic product on research and development"
id: spending
concept: research share of GDP
trend: Research spending of {area} as a part of its gross domestic product
---
select source as series,
{{ figure_columns() }}
from technology_upgrading_all
where area = $area and measure = 'research_and_development_share_of_gdp'
order by series, year

---
kind: lines
title: "{area} had researchers, per million people"
id: researchers
concept: researchers per million people
trend: Researchers in {area} per million people
---
select source as series,
{{ figure_columns() }}
from technology_upgrading_all
where area = $area and measure = 'researchers_per_million_people'
order by series, year

---
kind: lines
title: Authors in {area} published scientific and technical articles
id: articles
concept: articles of an economy
trend: Scientific articles of authors in {area}
note: An article is divided among the economies of its authors; science and engineering, as Scopus lists them.
---
select source as series,
{{ figure_columns() }}
from technology_upgrading_all
where area = $area and measure = 'scientific_articles'
order by series, year

---
kind: lines
title: "{area} paid the world for intellectual property per dollar of its own research"
id: payments
concept: payments to the world per dollar of research
trend: What {area} paid the world for intellectual property per dollar of its own research
---
select ratio.source as series,
{{ figure_columns("ratio") }},
    ratio.area as flow,
    ratio.basis,
    coalesce(least(payments.value, payments.value / nullif(ratio.value, 0)), 0) as base
from technology_upgrading_all as ratio
left join ip_payments_all as payments
    on ratio.area = payments.area
    and ratio.year = payments.year
    and ratio.source = payments.source
    and payments.counterpart_area = 'W00'
where ratio.area = $area and ratio.measure = 'ip_payments_per_research_dollar'
order by series, ratio.year

---
kind: lines
title: High technology made up part of the goods exports of {area}
id: exports
concept: high technology share of goods exports
trend: The high technology share of the goods exports of {area}
---
select source as series,
{{ figure_columns() }}
from technology_upgrading_all
where area = $area and measure = 'high_technology_share_of_merchandise_exports'
order by series, year

---
kind: lines
title: Residents of {area} filed patent applications at home
id: applications
concept: applications of residents at home
trend: Patent applications of residents of {area} at home
---
select source as series,
{{ figure_columns() }}
from technology_upgrading_all
where area = $area and measure = 'resident_applications'
order by series, year

---
kind: lines
title: Residents of {area} filed patent applications at home, per million people
id: applications_per_head
concept: applications of residents at home per million people
trend: Patent applications of residents of {area} at home per million people
---
select source as series,
{{ figure_columns() }}
from technology_upgrading_all
where area = $area and measure = 'resident_applications_per_million_people'
order by series, year
