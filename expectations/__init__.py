"""Suites of the published metrics: one module per metric, whose ``SUITE`` lists expectations of Great Expectations."""
