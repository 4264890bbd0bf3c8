-- Title: Joint publications
-- Lead: Scientific publications with authors in the economy and in another one.
-- Events: _T

-- Table: Authors in {area} published with authors in these economies, newest year of each state of the database
-- Concept: joint publications
-- Is: partners
select
    joint.counterpart_area as partner,
    {{ figure_cell("joint") }} as joint_publications,
    {{ measure_label("joint") }} as counted,
    joint.source
from co_publications as joint
join dim_area as partner on joint.counterpart_area = partner.area
where joint.area = $area and partner.kind = 'country' and joint.value is not null
qualify
    joint.year = max(joint.year) over (
        partition by joint.counterpart_area, joint.measure, joint.authority, joint.clock, joint.source
    )
order by joint.value desc, partner.name, counted, joint.source
