"""The shapes that packages share: a source, a payload, a raw table, a metric."""
