{% for model in ["int_uspto_inventors_shared", "int_uspto_owners_shared"] %}
    select
        '{{ model }}' as counted_in, vintage, patent_id, sum(persons) as seen, min(team) as expected, max(team) as other
    from {{ ref(model) }}
    group by vintage, patent_id
    having sum(persons) <> min(team) or min(team) <> max(team)
    {% if not loop.last %}
        union all
    {% endif %}
{% endfor %}
