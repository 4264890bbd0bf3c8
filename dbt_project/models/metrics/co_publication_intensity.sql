{%- set same = ["source", "authority", "clock", "year", "vintage"] -%}
{%- set columns = (same + ["value", "obs_status", "is_latest"]) | join(", ") -%}
with
    figures as (select * from {{ ref("fct_co_publication") }} where item = '_T' and value is not null),
    counts as (select * from figures where counting = 'whole'),
    -- an economy's publications with any other economy
    totals as (select * from counts where counterpart_area = 'W00' and value > 0),
    -- an economy's publications with anybody or nobody
    publications as (
        select * from {{ ref("fct_research_flow") }} where measure = 'publications' and item = '_T' and value > 0
    ),
    pairs as (
        select area, counterpart_area, {{ columns }}
        from counts
        where counterpart_area <> 'W00'
        union all
        select counterpart_area as area, area as counterpart_area, {{ columns }}
        from counts
        where counterpart_area <> 'W00'
    ),
    compared as (
        select
            joint.area,
            joint.counterpart_area,
            {% for column in same %} joint.{{ column }}, {% endfor %}
            joint.value as joint,
            own.value as own_total,
            partner.value as partner_total,
            world.value as world_total,
            own.value * partner.value / world.value as expected,
            own_all.value as own_publications,
            partner_all.value as partner_publications,
            {{ combined_status(["joint.obs_status", "own.obs_status"]) }} as status_of_share,
            {{ combined_status(["joint.obs_status", "own.obs_status", "partner.obs_status"]) }} as status_of_cosine,
            {{ combined_status(["joint.obs_status", "own.obs_status", "partner.obs_status", "world.obs_status"]) }}
            as status_of_all,
            {{ combined_status(["joint.obs_status", "own_all.obs_status", "partner_all.obs_status"]) }}
            as status_of_cosine_of_all,
            joint.is_latest and own.is_latest as share_latest,
            joint.is_latest and own_all.is_latest and partner_all.is_latest as cosine_of_all_latest,
            joint.is_latest and own.is_latest and partner.is_latest as cosine_latest,
            joint.is_latest and own.is_latest and partner.is_latest and world.is_latest as all_latest
        from pairs as joint
        {%- for alias, area in {"own": "joint.area", "partner": "joint.counterpart_area", "world": "'W00'"}.items() %}
            inner join
                totals as {{ alias }} on {{ alias }}.area = {{ area }}
                {%- for column in same %} and {{ alias }}.{{ column }} = joint.{{ column }} {%- endfor %}
        {%- endfor %}
        {%- for alias, area in {"own_all": "joint.area", "partner_all": "joint.counterpart_area"}.items() %}
            left join
                publications as {{ alias }} on {{ alias }}.area = {{ area }}
                {%- for column in same %} and {{ alias }}.{{ column }} = joint.{{ column }} {%- endfor %}
        {%- endfor %}
    ),
    measured as (
        {%- for measure, unit, value, status, latest in [
            ("share_of_international_publications", "PT", "100 * joint / own_total", "status_of_share", "share_latest"),
            ("salton_cosine", "PN", "joint / sqrt(own_total * partner_total)", "status_of_cosine", "cosine_latest"),
            (
                "salton_cosine_of_all_publications",
                "PN",
                "joint / sqrt(own_publications * partner_publications)",
                "status_of_cosine_of_all",
                "cosine_of_all_latest",
            ),
            (
                "observed_over_expected",
                "PN",
                "joint / expected",
                "case when expected < 10 then 'U' else status_of_all end",
                "all_latest",
            ),
        ] %}
            {% if not loop.first %}
                union all
            {% endif %}
            select
                area,
                counterpart_area,
                {% for column in same %} {{ column }}, {% endfor %}
                '{{ measure }}' as measure,
                {{ value }} as value,
                '{{ unit }}' as unit,
                {{ status }} as obs_status,
                {{ latest }} as is_latest,
                'derived' as basis
            from compared
            where {{ value }} is not null
        {%- endfor %}
        -- shares of years of which the edition has no counts of the pair
        union all
        select
            figures.area,
            figures.counterpart_area,
            {% for column in same %} figures.{{ column }}, {% endfor %}
            'share_of_international_publications' as measure,
            figures.value,
            figures.unit,
            figures.obs_status,
            figures.is_latest,
            'reported' as basis
        from figures
        left join
            compared on figures.area = compared.area and figures.counterpart_area = compared.counterpart_area
            {%- for column in same %} and figures.{{ column }} = compared.{{ column }} {%- endfor %}
        where figures.counting = 'share' and compared.area is null
    )

    {{
    metric(
        "co_publication_intensity",
        "measured",
        ["counterpart_area", "clock", "authority"],
    )
}}
