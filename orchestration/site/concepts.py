"""Concepts that statements are about, and which figures of the release belong to each."""

from __future__ import annotations

CONCEPTS = {
    "receipts from the world": "metric_id = 'ip_receipts'",
    "payments to the world": "metric_id = 'ip_payments'",
    "receipts per dollar paid": "metric_id = 'ip_cover_ratio'",
    "receipts and payments with the world": "metric_id in ('ip_receipts', 'ip_payments')",
    "growth of receipts": "metric_id = 'ip_receipts_growth'",
    "charges between two economies": "metric_id = 'bilateral_ip_charges' and item = 'SH'",
    "services between two economies": "metric_id = 'bilateral_services_balance' and item = 'S' and measure = 'exports'",
    "joint inventions": "metric_id = 'co_inventions' and item = '_T'",
    "inventions owned abroad": "metric_id = 'cross_border_ownership' and item = '_T'",
    "international applications by origin": "metric_id = 'pct_applications' and measure = 'applications'",
    "patent families by residence of the inventors": "metric_id = 'patent_families' and item = '_T'",
    "applications at an office by origin": (
        "metric_id = 'patent_filing_flows' and unit = 'PATN' and measure not like '%grants%'"
    ),
    "grants of an office by origin": "metric_id = 'patent_filing_flows' and unit = 'PATN' and measure like '%grants%'",
    "applications, grants or families at an office by origin": "metric_id = 'patent_filing_flows' and unit <> 'PT'",
    "research share of GDP": "metric_id = 'technology_upgrading' and measure = 'research_and_development_share_of_gdp'",
    "digital share of exports": "metric_id = 'digital_share_of_trade' and measure = 'deliverable_share_of_exports'",
}
"""A condition on the rows of ``metric_vintages`` by concept. What a lead, tile or headline shows must be among these rows, and none of
low reliability; a test compares them."""
