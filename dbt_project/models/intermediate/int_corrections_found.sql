{%- set unions = [
    "int_indicators_unioned",
    "int_bilateral_services_unioned",
    "int_patent_counts_unioned",
    "int_co_inventions_unioned",
    "int_patent_filings_unioned",
    "int_reported_ownership_unioned",
    "int_figures_unioned",
] %}
{% for union in unions %}
    select correction_id, source, vintage, published_value, value, unit, resource, payload_sha256, payload_pointer
    from {{ ref(union) }}
    where correction_id is not null
    {% if not loop.last %}
        union all
    {% endif %}
{% endfor %}
