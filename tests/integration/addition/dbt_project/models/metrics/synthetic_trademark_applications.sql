{{ metric("synthetic_trademark_applications", ref("fct_indicator"), ["item"], measure="applications", basis="reported") }}
where indicator = 'trademark_applications'
