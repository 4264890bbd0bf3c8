select area, name, ['regions/' || area || '.html'], [] from dim_area where kind = 'aggregate' and area <> 'WB_EUU' order by name
