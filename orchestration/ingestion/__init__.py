"""From a publisher to typed raw tables: feeds, HTTP client, payload store, raw Parquet."""
