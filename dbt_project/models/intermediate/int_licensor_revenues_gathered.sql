-- two definitions of one thing: revenue by area from filings, income from licensing from pages that quote them
select
    source,
    cik,
    company,
    filer_name,
    'revenue_by_area' as line,
    area,
    member,
    member_kind,
    period_end,
    quarters,
    concept,
    value,
    unit,
    form,
    fiscal_year,
    fiscal_period,
    vintage,
    accession_number,
    resource,
    payload_sha256,
    payload_pointer
from {{ ref("int_licensor_revenues_joined") }}
union all
select
    pages.source,
    licensors.cik,
    pages.company,
    pages.filer_name,
    pages.line,
    pages.area,
    pages.member,
    pages.member_kind,
    pages.period_end,
    pages.quarters,
    pages.concept,
    pages.value,
    pages.unit,
    pages.form,
    pages.fiscal_year,
    pages.fiscal_period,
    pages.vintage,
    pages.accession_number,
    pages.resource,
    pages.payload_sha256,
    pages.payload_pointer
from {{ ref("stg_publications__licensor_revenues") }} as pages
-- a company without a line in licensors has no key, which fails
left join
    (select cast(cik as bigint) as cik, company from {{ ref("licensors") }}) as licensors
    on pages.company = licensors.company
