with
    licensors as (select cast(cik as bigint) as cik, company from {{ ref("licensors") }}),
    concepts as (select concept, cast(rank as integer) as concept_rank from {{ ref("revenue_concepts__sec") }}),
    numbers as (
        select
            licensors.company,
            submissions.cik,
            submissions.filer_name,
            submissions.form,
            submissions.fiscal_year,
            submissions.fiscal_period,
            submissions.filed_on as vintage,
            concepts.concept_rank,
            -- a number without segments is about the whole company
            case when numbers.dimhash = '0x00000000' then 'W00' else dimensions.area end as area,
            case when numbers.dimhash = '0x00000000' then '_T' else dimensions.member end as member,
            case when numbers.dimhash = '0x00000000' then 'world' else dimensions.member_kind end as member_kind,
            numbers.*
        from {{ ref("stg_sec__numbers") }} as numbers
        inner join
            {{ ref("stg_sec__submissions") }} as submissions
            on numbers.accession_number = submissions.accession_number
            and numbers.payload_sha256 = submissions.payload_sha256
        inner join licensors on submissions.cik = licensors.cik
        inner join concepts on numbers.concept = concepts.concept
        left join
            {{ ref("stg_sec__dimensions") }} as dimensions
            on numbers.dimhash = dimensions.dimhash
            and numbers.payload_sha256 = dimensions.payload_sha256
        where
            numbers.unit = 'USD'
            and numbers.co_registrant is null
            and numbers.quarters > 0
            and numbers.value is not null
    ),
    -- one concept for a whole report: the widest of those that it breaks down by area
    preferred as (
        select accession_number, min(concept_rank) as concept_rank
        from numbers
        where member_kind <> 'world'
        group by accession_number
    ),
    ranked as (
        select
            numbers.*,
            row_number() over (
                partition by numbers.accession_number, numbers.member, numbers.period_end, numbers.quarters
                order by numbers.priority nulls last, numbers.payload_pointer nulls last
            ) as place
        from numbers
        inner join
            preferred
            on numbers.accession_number = preferred.accession_number
            and numbers.concept_rank = preferred.concept_rank
    )

select
    source,
    cik,
    company,
    filer_name,
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
from ranked
where place = 1
