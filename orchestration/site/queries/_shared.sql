{# Queries that several chapters use. #}
{% macro charges(condition, limit="") %}
with
flows as (
    select *, counterpart_area as partner, true as is_inward from bilateral_ip_charges_all where area = $area
    union all
    select *, area as partner, false as is_inward from bilateral_ip_charges_all where counterpart_area = $area
)
select
    flows.partner,
    max({{ figure_cell("flows") }}) filter (where flows.is_inward) as received,
    max({{ figure_cell("flows") }}) filter (where not flows.is_inward) as paid,
    case flows.basis
        when 'reported' then 'report of the recipient'
        when 'mirrored' then 'report of the payer'
        else flows.basis
    end as basis,
    flows.source
from (
    select *
    from flows
    where item = 'SH' and basis {{ condition }} 'balanced' and value is not null
    qualify year = max(year) over (partition by partner, basis, source, is_inward)
) as flows
join dim_area as partner on flows.partner = partner.area
where partner.kind = 'country'
group by flows.partner, partner.name, flows.basis, flows.source
order by max(flows.value) desc, partner.name, flows.basis, flows.source
{{ limit }}
{% endmacro %}

{% macro services(condition, limit="") %}
select
    services.counterpart_area as partner,
    max({{ figure_cell("services") }}) filter (where services.measure = 'exports') as sold,
    max({{ figure_cell("services") }}) filter (where services.measure = 'imports') as bought,
    case services.basis when 'reported' then 'own report' when 'mirrored' then 'report of the partner' else services.basis end as basis,
    services.source
from (
    select *
    from bilateral_services_balance_all
    where
        area = $area
        and item = 'S'
        and measure in ('exports', 'imports')
        and basis {{ condition }} 'balanced'
        and value is not null
    qualify year = max(year) over (partition by counterpart_area, measure, basis, source)
) as services
join dim_area as partner on services.counterpart_area = partner.area
where partner.kind = 'country'
group by services.counterpart_area, partner.name, services.basis, services.source
order by max(services.value) desc, partner.name, services.basis, services.source
{{ limit }}
{% endmacro %}

{% macro audit(which) %}
select
    audit.paraphrase as claim,
    audit.said_by,
    audit.said_on,
    case when audit.claimed_value > 2 * audit.tolerance then audit.claimed_value end as claimed_value,
    audit.value_latest as official_value,
    unit.name as unit,
    case audit.verdict {{ verdict_words }} end as verdict,
    replace(
        replace(
            regexp_replace(audit.explanation, '^Claimed [^;]*; ', ''),
            coalesce(audit.source, '') || ' (',
            coalesce(publishers.names, audit.source, '') || ' ('
        ),
        coalesce(audit.fits_measure, '_'),
        replace(coalesce(audit.fits_measure, ' '), '_', ' ')
    ) as explanation
from fct_claim_audit as audit
left join (
    select claim_id, string_agg(distinct dim_source.publisher, '{{ between_publishers }}' order by dim_source.publisher) as names
    from fct_claim_audit
    join dim_source on list_contains(string_split(fct_claim_audit.source, '+'), dim_source.source)
    group by claim_id
) as publishers using (claim_id)
join dim_unit as unit on audit.unit = unit.unit
where {{ which }}
order by audit.said_on, audit.claim_id
{% endmacro %}
