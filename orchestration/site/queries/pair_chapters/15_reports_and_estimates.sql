---
title: Reports of charges beside the estimate, and in their own currency
lead: >-
  Charges for the use of intellectual property as one of the two economies reports them, beside the balanced estimate
  of OECD and WTO; and, of an office that does not publish in US dollars, in its own currency.
events: [SH]
---

---
kind: table
title: What was reported and what is estimated of the same flow
id: flows
note: US dollars. The estimate is no report and replaces none. The last column says how the two come about.
---
select
    receiver.name as receiver,
    payer.name as payer,
    flow.year,
    flow.reconciled_value as reported,
    flow.balanced_value as estimated,
    round(flow.balanced_value / flow.reconciled_value, 2) as estimated_over_reported,
    flow.explanation
from fct_bilateral_balanced as flow
join dim_area as receiver on flow.exporter = receiver.area
join dim_area as payer on flow.importer = payer.area
where
    (flow.exporter, flow.importer) in (($area, $counterpart), ($counterpart, $area))
    and flow.item = 'SH'
    and flow.reconciled_value > 0
    and flow.balanced_value is not null
order by receiver.name, flow.year

---
kind: table
title: The reports in both currencies, and the rate
id: currencies
note: >-
  The rate is the World Bank's, in units of the currency for one US dollar, average of the year. A year that the
  publisher suppressed in part has no figure.
---
select
    reporter.name as reporter,
    case report.flow when 'X' then 'received' else 'paid' end as flow,
    report.year,
    {{ figure_cell("own") }} as reported,
    {{ figure_cell("report") }} as in_us_dollars,
    round(report.currency_per_usd, 4) as rate
from fct_bilateral_services as report
join
    (select * replace (value_in_currency as value, currency as unit) from fct_bilateral_services) as own
    using (source, reporter, partner, flow, item, year, vintage)
join dim_area as reporter on report.reporter = reporter.area
where
    (report.reporter, report.partner) in (($area, $counterpart), ($counterpart, $area))
    and report.item = 'SH'
    and report.is_latest
    and report.currency is not null
    and report.value is not null
order by reporter.name, report.flow, report.year
