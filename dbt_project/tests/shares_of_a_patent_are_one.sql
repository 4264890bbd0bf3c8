-- Fault: a join that loses or multiplies inventors or owners. The persons in the countries of a patent are together its
-- team, so that shares add up to one, and so do the fractional counts of its pairs and single countries.
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
