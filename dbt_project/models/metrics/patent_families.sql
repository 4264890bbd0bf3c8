{{ metric("patent_families", ref("fct_patent_family"), ["item", "clock"], measure="families", basis="reported") }}
where counting = 'fractional' and value is not null
