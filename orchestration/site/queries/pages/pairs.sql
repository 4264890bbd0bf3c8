{# Pairs: of countries and the European Union of each publisher, with a figure between the two, most figures first; each
with its newest report on payments, else the newest estimate, else the newest of its other figures. Pairs with joint
publications or citations alone, and those whose estimates stay below a million US dollars, are rows without a page. #}
with
economies as (select area, name from dim_area where kind = 'country' or regexp_matches(area, '_EU$|_EU2[78]')),
figures as (
    select
        *,
        least(area, counterpart_area) as first,
        greatest(area, counterpart_area) as second,
        case
            when metric_id = 'bilateral_ip_charges' and item = 'SH' and basis in ('reported', 'mirrored') then 1
            when metric_id = 'bilateral_ip_charges' and item = 'SH' and basis = 'balanced' then 2
            when metric_id = 'co_inventions' and item = '_T' then 3
            when metric_id = 'co_publications' and item = '_T' then 4
            when metric_id = 'bilateral_services_balance' and item = 'S' and measure = 'exports' then 5
            else 6
        end as kind
    from metric_vintages
    where is_latest and value is not null and area <> counterpart_area and metric_id <> 'revisions'
),
pairs as (
    select
        first,
        second,
        count(*) as figures,
        bool_or(basis <> 'balanced') as is_reported,
        bool_or(metric_id not in {{ without_pair_pages }})
        and not coalesce(
            bool_and(basis = 'balanced') and max(abs(value)) filter (where metric_id = 'bilateral_ip_charges') < {{ least_estimate }},
            false
        ) as has_page,
        max(year) as last_year
    from figures
    group by first, second
),
newest as (
    from figures
    qualify row_number() over (
        partition by first, second
        order by obs_status = 'U', kind, year desc, value desc, vintage desc, metric_id, measure, item, area, source, clock, base_year
    ) = 1
)
select
    economy.area,
    economy.name,
    partner.area,
    partner.name,
    pairs.figures,
    pairs.is_reported,
    pairs.has_page,
    case newest.kind
        when 3 then 'joint inventions'
        when 4 then 'joint publications'
        when 5 then if(newest.area = economy.area, economy.name, partner.name) || ' sold services' || if(newest.basis = 'balanced', ', estimate', '')
        when 6 then if(newest.item = 'ASJC_AI', 'joint AI publications since 2003', replace(newest.metric_id, '_', ' ') || ', ' || replace(newest.measure, '_', ' '))
        else if(newest.counterpart_area = economy.area, economy.name, partner.name) || ' paid'
    end as what,
    {{ figure_cell("newest") }} as figure,
    case
        when newest.basis = 'balanced' then 'estimate'
        when newest.kind = 1 and newest.basis = 'reported' then 'report of the recipient'
        when newest.kind = 1 then 'report of the payer'
        else newest.basis
    end as basis,
    newest.kind < 3 as is_payment,
    pairs.last_year
from pairs
join newest on pairs.first = newest.first and pairs.second = newest.second
join economies as economy on pairs.first = economy.area
join economies as partner on pairs.second = partner.area
order by pairs.figures desc, economy.area, partner.area
