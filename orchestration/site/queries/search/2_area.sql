-- Table: ip_receipts
select area, name, [if(area = 'WB_EUU', 'economies/', 'regions/') || area || '.html', 'metrics/ip_receipts.html#aggregates'], [] from dim_area where kind = 'aggregate' and area in (select area from ip_receipts) order by name
