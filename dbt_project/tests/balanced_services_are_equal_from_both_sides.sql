select source, exporter, importer, item, year, balanced_value as seen, balanced_value_from_imports as expected
from {{ ref("fct_bilateral_balanced") }}
where abs(balanced_value - balanced_value_from_imports) > 10000 + 0.0001e0 * abs(balanced_value)
