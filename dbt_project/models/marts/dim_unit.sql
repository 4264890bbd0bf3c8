select
    unit,
    name,
    dimension,
    coalesce(phrase, '') as phrase,
    coalesce(sign, '') as sign,
    is_scaled,
    coalesce(column_words, '') as column_words,
    definition
from
    (
        {{
            union_starting(
                "units__",
                ["unit", "name", "dimension", "phrase", "sign", "is_scaled", "column_words", "definition"],
            )
        }}
    ) as units
