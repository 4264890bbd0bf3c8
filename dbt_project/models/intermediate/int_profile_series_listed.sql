{{ union_starting("profile_indicators__", ["indicator", "series", "item"]) }}
