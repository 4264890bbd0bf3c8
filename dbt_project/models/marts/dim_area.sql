{{ union_starting("areas__", ["area", "name", "kind", "iso2", "m49", "definition"]) }}
