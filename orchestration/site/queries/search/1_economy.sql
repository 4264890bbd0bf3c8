{# The code AI is left to artificial intelligence #}
select area, name, ['economies/' || area || '.html'], [area, nullif(iso2, 'AI')] from dim_area where kind = 'country' or area = 'WB_EUU' order by name
