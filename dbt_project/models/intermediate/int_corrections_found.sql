{% for union in corrected_unions() %}
    select correction_id, source, vintage, published_value, value, unit, resource, payload_sha256, payload_pointer
    from {{ ref(union) }}
    where correction_id is not null
    {% if not loop.last %}
        union all
    {% endif %}
{% endfor %}
