-- With whom do China and the United States publish most, and is it more than chance would give?
--
-- Joint publications of 2022, their share of the economy's international publications in percent, and observed over
-- expected: 1 where they are as many as chance would give. The other edition's years are no earlier points of this.
-- Articles on artificial intelligence are of 2003 to 2022 together.
select
    area.name as economy,
    partner.name as partner,
    joint.value as joint_publications,
    round(share.value, 1) as percent_of_international,
    round(ratio.value, 2) as observed_over_expected,
    ai.value as ai_articles_2003_to_2022
from co_publications as joint
join co_publication_intensity as share using (area, counterpart_area, authority, item, year)
join co_publication_intensity as ratio using (area, counterpart_area, authority, item, year)
left join
    co_publications as ai
    on (ai.area, ai.counterpart_area, ai.item) = (joint.area, joint.counterpart_area, 'ASJC_AI')
join dim_area as area on joint.area = area.area
join dim_area as partner on joint.counterpart_area = partner.area
where
    joint.area in ('CHN', 'USA')
    and joint.year = 2022
    and joint.authority = 'SCOPUS_2023'
    and joint.item = '_T'
    and share.measure = 'share_of_international_publications'
    and ratio.measure = 'observed_over_expected'
qualify row_number() over (partition by joint.area order by joint.value desc) <= 6
order by economy, joint_publications desc
