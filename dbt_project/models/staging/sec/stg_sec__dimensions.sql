with
    members as (
        select *, replace(replace(segments, 'Geographical=', ''), ';', '') as member
        from {{ source("sec", "dimensions") }}
    ),
    member_codes as (select code, area from {{ ref("member_codes__sec") }})
select
    'sec' as source,
    members.vintage as file_vintage,
    members.dimhash,
    members.member,
    member_codes.area,
    -- the data set drops the prefix that distinguishes a country's code from a company's own member: two letters are a
    -- country where our list has them, and unknown where it has not; anything longer that is no standard element is
    -- the company's
    case
        when member_codes.area is not null
        then 'area'
        when member_codes.code is null and length(members.member) = 2 and members.member = upper(members.member)
        then 'unknown_code'
        else 'company_defined'
    end as member_kind,
    members.resource,
    members.payload_sha256,
    members.payload_pointer
from members
left join member_codes on members.member = member_codes.code
