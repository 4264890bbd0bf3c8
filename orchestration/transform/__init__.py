"""From raw files to a finished build through dbt. The models are in dbt_project/; what may be published is decided above."""
