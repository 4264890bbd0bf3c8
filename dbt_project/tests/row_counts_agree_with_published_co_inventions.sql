with
    compared as (
        select
            *,
            avg(case when verdict = 'differs' then 1.0e0 else 0.0e0 end) over (
                partition by vintage, published_vintage
            ) as share_differing
        from {{ ref("int_uspto_counts_compared") }}
        where verdict in ('agrees', 'differs')
    )

-- inventors are disambiguated for each edition: some counts move, most do not, and none of a large pair doubles
select 'uspto' as source, vintage, area, counterpart_area, year, counted as seen, published as expected, share_differing
from compared
where
    verdict = 'differs'
    and (
        share_differing > 0.25e0
        or (greatest(counted, published) >= 100 and greatest(counted, published) > 2 * least(counted, published))
    )
