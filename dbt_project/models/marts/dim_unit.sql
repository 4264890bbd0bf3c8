select unit, name, dimension, definition from {{ ref("units") }}
