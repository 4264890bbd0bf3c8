---
question: When did China pass the United States in international patent applications?
concept: international applications by origin
answer: >-
  In {year}: applicants from China filed {passed} and those from the United States {passed_other}; in {newest_year} it
  was {figure} against {other}.
page: metrics/pct_applications.html
link: Applications by origin
---
with years as (
    select
        china.year,
        {{ figure_cell("china") }} as china,
        {{ figure_cell("united_states") }} as united_states,
        china.value > united_states.value as is_ahead
    from pct_applications_all as china
    join
        pct_applications_all as united_states
        on china.year = united_states.year
        and china.source = united_states.source
        and united_states.area = 'USA'
        and united_states.measure = 'applications'
        and united_states.clock = 'filing_year'
    where china.area = 'CHN' and china.measure = 'applications' and china.clock = 'filing_year'
),
ahead as (
    select * from years
    where year > (select max(year) from years where not is_ahead)
)

select
    min(year) as year,
    arg_min(china, year) as passed,
    arg_min(united_states, year) as passed_other,
    max(year) as newest_year,
    arg_max(china, year) as figure,
    arg_max(united_states, year) as other
from ahead
having count(*) > 0
