{%- set dimensions = ["counterpart_area", "item", "clock", "authority"] -%}
{%- set columns = (["area", "year", "source", "vintage"] + dimensions) | join(", ") -%}
with
    given as (
        select * from {{ ref("fct_co_invention") }} where counting = 'whole' and value is not null and area_patents > 0
    ),
    -- the counterpart's own patents are in the row of the other orientation
    both_known as (
        select
            given.*,
            other.area_patents as counterpart_patents,
            {{ combined_status(["given.obs_status", "other.obs_status"]) }} as status_of_both,
            given.is_latest and other.is_latest as both_latest
        from given
        inner join
            given as other
            on given.source = other.source
            and given.area = other.counterpart_area
            and given.counterpart_area = other.area
            and given.authority = other.authority
            and given.clock = other.clock
            and given.item = other.item
            and given.year = other.year
            and given.vintage = other.vintage
    ),
    measured as (
        select
            {{ columns }},
            'share_of_area_patents' as measure,
            -- an engine may divide before it filters
            100 * value / nullif(area_patents, 0) as value,
            'PT' as unit,
            obs_status,
            is_latest
        from given
        {%- for measure, value in {
            "salton_cosine": "value / nullif(sqrt(area_patents * counterpart_patents), 0)",
            "jaccard_index": "value / nullif(area_patents + counterpart_patents - value, 0)",
            "probabilistic_affinity": "value * all_patents / nullif(area_patents * counterpart_patents, 0)",
        }.items() %}
            union all
            select
                {{ columns }},
                '{{ measure }}' as measure,
                {{ value }} as value,
                'PN' as unit,
                status_of_both as obs_status,
                both_latest as is_latest
            from both_known
            -- without a total there is no affinity
            {% if "all_patents" in value %} where all_patents is not null {% endif %}
        {%- endfor %}
    )

    {{ metric("co_invention_intensity", "measured", dimensions, basis="derived") }}
