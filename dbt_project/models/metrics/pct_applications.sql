{{ metric("pct_applications", ref("fct_patent_count"), ["clock"], measure="applications", basis="reported") }}
where measure = 'pct_applications' and obs_status <> 'O'
