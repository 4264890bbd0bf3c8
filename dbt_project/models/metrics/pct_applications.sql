{{ metric("pct_applications", ref("fct_patent_count"), ["clock"], measure="applications", basis="reported") }}
where measure = 'pct_applications' and not (value is null and obs_status = 'O')
