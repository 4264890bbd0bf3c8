-- Which economies' citizens earn most research doctorates in the United States, and how many intend to stay?
--
-- Recipients on temporary visas in the academic year that ended in June 2023, and the percentage of them that states
-- the intention to stay, which is not the share that stayed. China includes Hong Kong, China; an empty cell is one that
-- the publisher withholds.
select area_name, max(value) filter (where measure = 'doctorates') as doctorates,
    max(value) filter (where measure = 'intending_to_stay') as intending_to_stay_percent
from named_doctorates_all
where year = 2023 and item = '_T' and length(area) = 3 and area <> 'W00'
group by area_name order by doctorates desc nulls last limit 15
