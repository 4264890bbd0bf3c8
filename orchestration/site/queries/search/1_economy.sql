-- Table: dim_area
select area, name, ['economies/' || area || '.html'], [area, iso2] from dim_area where kind = 'country' or area = 'WB_EUU' order by name
