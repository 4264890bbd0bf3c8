---
title: Why the two sides' reports differ
lead: >-
  The recipient counts a payment as income and the payer as expense. The two counts seldom match, and an estimate that
  balances them follows neither.
is_screen: true
---

---
kind: range
title: What {counterpart} paid {area} for the use of intellectual property, in the years that both reported
id: reports
concept: charges between two economies
apart: "{counterpart} and {area}"
directed: true
---
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

---
kind: reasons
title: What sources give as reasons
id: reasons
---
with
reports as (
    select area, counterpart_area, year, source, vintage
    from bilateral_ip_charges_all
    where
        item = 'SH' and basis in ('reported', 'mirrored') and value is not null
        and (area, counterpart_area) in (($area, $counterpart), ($counterpart, $area))
    window flow_year as (partition by area, counterpart_area, year)
    qualify min(basis) over flow_year < max(basis) over flow_year
),
compared as (
    select
        min(year) as first_year,
        max(year) as last_year,
        min(vintage) as first_vintage,
        max(vintage) as last_vintage,
        list(source) as sources
    from reports
    having count(*) > 0
),
known as (
    select kind, words, source_title, source_url
    from (
        values
        {{ asymmetry_reasons() }}
    ) as reason(areas, partners, first_year, last_year, kind, words, source_title, source_url)
    join compared on compared.first_year <= reason.last_year and compared.last_year >= reason.first_year
    where
        list_contains(areas, $area) and (partners = [] or list_contains(partners, $counterpart))
        or list_contains(areas, $counterpart) and (partners = [] or list_contains(partners, $area))
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
    select 2, upper(kind[1]) || kind[2:], words, source_title, source_url
    from known
    union all
    -- a change of method explains reports of years on both sides of it, or of vintages on both sides of a revision
    select 3, events.title, events.effect, events.source_title, events.source_url
    from dim_policy_event as events
    join compared
        on case
            when events.revises = ''
            then year(events.date) between compared.first_year + 1 and compared.last_year
            else
                events.date between compared.first_vintage + 1 and compared.last_vintage
                and year(events.date) > compared.first_year
                and list_has_any(string_split(events.revises, ';'), compared.sources)
        end
    where
        events.kind = 'statistical_method'
        and list_contains(string_split(events.items, ';'), 'SH')
        and list_has_any(string_split(events.areas, ';'), ['W00', $area, $counterpart])
    union all
    select
        4,
        'Figures quoted from publications: ' || string_agg(distinct quoted.year::varchar, ', ' order by quoted.year::varchar),
        string_agg(distinct quoted.publisher, '{{ between_publishers }}' order by quoted.publisher)
        || case
            when bool_or(quoted.qualifier <> 'exact') then ' gave rounded figures, not a table of statistics.'
            else ' gave the figures, not a table of statistics.'
        end,
        quoted.title,
        quoted.url
    from (select distinct area, counterpart_area, year from reports) as flow
    join
        fct_published_figure as quoted
        on flow.year = quoted.year
        and (quoted.area, quoted.counterpart_area) in (
            (flow.area, flow.counterpart_area), (flow.counterpart_area, flow.area)
        )
        and quoted.item = 'SH'
        and quoted.is_latest
    group by quoted.title, quoted.url
    union all
    select
        5,
        'Not established',
        'No source that we know of shows, for these two economies and years, an effect of: '
        || string_agg(kind, '; ' order by place) || '.',
        'Reasons of all pairs, with their sources',
        '../asymmetries.html'
    from compared
    cross join (
        select unnest({{ asymmetry_kinds }}) as kind, unnest(range({{ asymmetry_kinds | length }})) as place
    ) as kinds
    where kind not in (select kind from known)
    having count(*) > 0
)
select reason, explanation, source, source_url
from reasons
order by place, reason, source, source_url
