---
title: Technology balance
lead: Charges for the use of intellectual property and research and development services together.
---

---
kind: table
title: Technology that {area} sold to and bought from its partners
id: partners
concept: technology sold and bought
note: The newest year of each partner, basis and source.
partners: true
---
select
    balance.counterpart_area as partner,
    max({{ figure_cell("balance") }}) filter (where balance.measure = 'receipts') as received,
    max({{ figure_cell("balance") }}) filter (where balance.measure = 'payments') as paid,
    max({{ figure_cell("balance") }}) filter (where balance.measure = 'balance') as balance,
    max({{ figure_cell("balance") }}) filter (where balance.measure = 'coverage_ratio') as received_per_dollar_paid,
    balance.basis,
    balance.source
from (
    select *
    from technology_balance_all
    where area = $area and item = '_T' and value is not null
    qualify year = max(year) over (partition by counterpart_area, basis, source)
) as balance
join dim_area as partner on balance.counterpart_area = partner.area
where partner.kind = 'country'
group by balance.counterpart_area, partner.name, balance.basis, balance.source
order by partner.name, balance.basis desc, balance.source
