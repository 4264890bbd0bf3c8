-- Title: Why the two sides' reports differ
-- Lead: The recipient counts a payment as income and the payer as expense. The two counts seldom match, and an
--   estimate that balances them follows neither.
-- Screen: yes

-- Range: What {counterpart} paid {area} for the use of intellectual property, in the years that both reported
-- Id: reports
-- Concept: charges between two economies
-- Apart: {counterpart} and {area}
-- Is: directed
with
flows as (
    select *
    from bilateral_ip_charges_all
    where
        item = 'SH' and basis in ('reported', 'mirrored', 'balanced') and value is not null
        and area = $area and counterpart_area = $counterpart
    qualify row_number() over (partition by basis, year order by vintage desc, source) = 1
),
compared as (
    select *
    from flows
    qualify count(*) filter (where basis <> 'balanced') over (partition by year) = 2
)
select
    case compared.basis
        when 'reported' then recipient.name || ': it received'
        when 'mirrored' then payer.name || ': it paid'
        else 'balanced estimate'
    end as series,
{{ figure_columns("compared", is_merged=true) }},
    case compared.basis when 'reported' then compared.area else compared.counterpart_area end as flow,
    compared.basis
from compared
join dim_area as payer on compared.counterpart_area = payer.area
join dim_area as recipient on compared.area = recipient.area
order by compared.basis = 'balanced', compared.basis, compared.year

-- Reasons: What the sources give as reasons
-- Id: reasons
with
compared as (
    select area, counterpart_area, year
    from bilateral_ip_charges_all
    where
        item = 'SH' and basis in ('reported', 'mirrored') and value is not null
        and (area, counterpart_area) in (($area, $counterpart), ($counterpart, $area))
    group by area, counterpart_area, year
    having count(distinct basis) = 2
),
reasons as (
    select
        1 as place,
        'A break in ' || year as reason,
        what_changed as explanation,
        source_title as source,
        source_url
    from dim_series_break
    where (area, counterpart_area) in (($area, $counterpart), ($counterpart, $area)) and item = 'SH'
    union all
    select 2, title, effect, source_title, source_url
    from dim_policy_event
    where
        kind = 'statistical_method'
        and list_contains(string_split(items, ';'), 'SH')
        and list_has_any(string_split(areas, ';'), ['W00', $area, $counterpart])
        and exists (select 1 from compared)
    union all
    select
        3,
        'Figures quoted from publications: ' || string_agg(distinct quoted.year::varchar, ', ' order by quoted.year::varchar),
        string_agg(distinct quoted.publisher, '; ' order by quoted.publisher)
        || case
            when bool_or(quoted.qualifier <> 'exact') then ' gave rounded figures, not a table of statistics.'
            else ' gave the figures, not a table of statistics.'
        end,
        quoted.title,
        quoted.url
    from compared
    join
        fct_published_figure as quoted
        on compared.year = quoted.year
        and (quoted.area, quoted.counterpart_area) in (
            (compared.area, compared.counterpart_area), (compared.counterpart_area, compared.area)
        )
        and quoted.item = 'SH'
        and quoted.is_latest
    group by quoted.title, quoted.url
)
select reason, explanation, source, source_url
from reasons
order by place, reason, source, source_url
