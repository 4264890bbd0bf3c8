---
question: How many trademarks were sought in China?
concept: trademark applications
answer: "Applicants from the United States sought trademarks in China: {figure} in {year}."
page: pairs/CHN-USA.html
link: The pair
---
select
    arg_max({{ figure_cell("synthetic_trademark_applications") }}, year) as figure,
    max(year) as year
from synthetic_trademark_applications
where area = 'USA' and counterpart_area = 'CHN' and value is not null
