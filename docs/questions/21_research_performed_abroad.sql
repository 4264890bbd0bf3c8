-- In which economies do companies in the United States perform research and development, and in which industries?
--
-- By their own report, in millions of US dollars of 2019, the newest year by host country: work in their own affiliates
-- there, whoever pays for it. An empty cell is suppressed, or published as a range. Industries overlap with the total,
-- and are the companies' own.
pivot (
    select counterpart_name as host, coalesce(nullif(item, '_T'), 'all_industries') as industry,
        (value / 1e6)::integer as value
    from named_rd_performed_abroad_all
    where year = 2019 and measure = 'rd_performed' and length(counterpart_area) = 3
        and counterpart_area not in ('W00', 'PRI')
)
on industry in ('all_industries', 'NAICS_3254', 'NAICS_3344', 'NAICS_5112') using max(value)
order by all_industries desc
