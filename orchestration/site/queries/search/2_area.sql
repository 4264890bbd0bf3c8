-- Table: dim_area
select area, name, [if(area = 'WB_EUU', 'economies/', 'regions/') || area || '.html'], [] from dim_area where kind = 'aggregate' order by name
