with items as ({{ union_starting("items__", ["item", "name", "parent_item", "level", "classification"]) }})

select item, name, parent_item, cast(level as integer) as level, classification
from items
