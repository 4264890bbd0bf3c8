with
    families as (select * from {{ ref("fct_patent_family") }} as held where {{ was_reviewed("held") }}),
    fields as (
        select source, vintage, area, counting, clock, year, {{ exact_sum("value") }} as seen, count(value) as fields
        from families
        where item <> '_T'
        group by source, vintage, area, counting, clock, year
    )

select fields.*, families.value as expected
from fields
inner join families using (source, vintage, area, counting, clock, year)
where families.item = '_T' and (fields.fields <> 36 or abs(fields.seen - families.value) > 18)
