"""From raw files to a finished build through dbt."""
