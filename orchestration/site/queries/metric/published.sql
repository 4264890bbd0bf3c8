{# Figures: of all series, or of those that fit into the data file #}
{% include "metric/_latest.sql" %}
select figures.*
from figures
{% if kept %}
semi join (
    values
    {% for key in kept %}
    ({% for code in key %}{{ literal(code) }}{{ ", " if not loop.last }}{% endfor %}){{ "," if not loop.last }}
    {% endfor %}
) as kept({{ columns | join(", ") }})
    on {% for column in columns %}{{ " and " if not loop.first }}figures.{{ column }}::varchar is not distinct from kept.{{ column }}::varchar{% endfor %}

{% endif %}
order by all
