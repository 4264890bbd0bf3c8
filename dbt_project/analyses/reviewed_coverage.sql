-- What the newest vintages hold now, in the columns and the order of seeds/reviewed_coverage.csv. A person compares the
-- two and, when the difference is the publisher's and not a fault of ours, lets the new one replace the old.
select source, resource, series, year, observations, median_value
from {{ ref("int_coverage_counted") }}
order by source, resource, series, year
