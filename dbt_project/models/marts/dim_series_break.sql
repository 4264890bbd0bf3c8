select source, series, area, counterpart_area, item, year, first_vintage, what_changed, source_title, source_url
from {{ ref("series_breaks") }}
where {{ was_known("first_vintage") }}
