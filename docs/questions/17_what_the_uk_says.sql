-- What does the UK say it gets from China?
--
-- Charges for the use of intellectual property that the Office for National Statistics reports as received from China: the sum of four
-- published quarters in pounds, and dollars at the year's average rate of the World Bank. Beside them the balanced estimate of OECD and
-- WTO of the same flow, which is no report.
select
    report.year,
    round(report.value_in_currency / 1e6) as million_pounds,
    round(report.currency_per_usd, 4) as pounds_per_usd,
    round(report.value / 1e6) as reported_million_usd,
    round(estimate.value / 1e6) as balanced_million_usd,
    round(estimate.value / report.value, 2) as balanced_over_reported,
    report.obs_status
from fct_bilateral_services as report
left join
    bilateral_ip_charges as estimate
    on estimate.area = report.reporter
    and estimate.counterpart_area = report.partner
    and estimate.item = report.item
    and estimate.year = report.year
    and estimate.basis = 'balanced'
where
    report.is_latest
    and report.source = 'ons'
    and report.partner = 'CHN'
    and report.flow = 'X'
    and report.item = 'SH'
order by report.year
