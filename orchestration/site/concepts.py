"""Concepts that statements are about, and which figures of the release belong to each."""

from __future__ import annotations

UPGRADING = {
    "research_and_development_share_of_gdp": "research share of GDP",
    "high_technology_share_of_merchandise_exports": "high technology share of goods exports",
    "resident_applications": "applications of residents at home",
    "resident_applications_per_million_people": "applications of residents at home per million people",
    "ip_payments_per_research_dollar": "payments to the world per dollar of research",
}
"""Concepts of the measures of ``technology_upgrading``."""

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
    "patent families filed at an office by origin": "metric_id = 'patent_filing_flows' and unit = 'PATF'",
    "share of applications or of grants through the PCT": "metric_id = 'patent_filing_flows' and unit = 'PT'",
    "charges between two economies by type": "metric_id = 'bilateral_ip_charges' and item like 'SH_%'",
    "balance of services between two economies": (
        "metric_id = 'bilateral_services_balance' and item = 'S' and measure = 'balance'"
    ),
    "services between two economies by kind": "metric_id = 'bilateral_services_balance' and item <> 'S' and measure = 'exports'",
    "services sold, services bought and their balance": "metric_id = 'bilateral_services_balance' and item = 'S'",
    "technology sold and bought": "metric_id = 'technology_balance' and item = '_T'",
    "technology receipts per dollar paid": "metric_id = 'technology_balance' and measure = 'coverage_ratio'",
    "difference of two reports of one flow": "metric_id = 'mirror_asymmetry' and measure = 'relative_difference'",
    "share of receipts that a partner pays": "metric_id = 'partner_share_of_ip_receipts'",
    "joint inventions by field": "metric_id = 'co_inventions' and item <> '_T'",
    "joint inventions as a share of patents": "metric_id = 'co_invention_intensity' and measure = 'share_of_area_patents'",
    "intensity of joint invention": "metric_id = 'co_invention_intensity' and measure <> 'share_of_area_patents'",
    "share of inventions owned abroad": "metric_id = 'cross_border_ownership' and item = '_T' and unit = 'PT'",
    "technology specialisation": "metric_id = 'technology_specialisation'",
    "revealed comparative advantage": "metric_id = 'services_complementarity' and measure = 'revealed_comparative_advantage'",
    "services traded both ways": "metric_id = 'services_complementarity' and measure = 'grubel_lloyd'",
    "trade complementarity": "metric_id = 'services_complementarity' and measure = 'trade_complementarity'",
    "services traded both ways and trade complementarity": (
        "metric_id = 'services_complementarity' and measure in ('grubel_lloyd', 'trade_complementarity')"
    ),
    "digital share of trade": "metric_id = 'digital_share_of_trade'",
    **{
        concept: f"metric_id = 'technology_upgrading' and measure = '{measure}'"
        for measure, concept in UPGRADING.items()
    },
    "digital share of exports": "metric_id = 'digital_share_of_trade' and measure = 'deliverable_share_of_exports'",
}
"""A condition on the rows of ``metric_vintages`` by concept. What a lead, tile, headline, chart or table of figures shows must be among these
rows, and no lead, tile or headline is of low reliability; a test compares them."""
