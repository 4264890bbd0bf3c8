"""The page of reasons for two reports of one flow to differ, and of the pairs with both reports."""

from orchestration.site.asymmetry_reasons import ANY, KINDS, AsymmetryReason, reasons
from orchestration.site.query_files import sql_of
from orchestration.site.release_context import ReleaseContext
from orchestration.site.rendering import render
from orchestration.site.sections import Link
from orchestration.site.site import Site

PAGE = "asymmetries.html"
_NEEDED = "fct_bilateral_reconciled"


def write(site: Site) -> None:
    """Write the page."""
    context = site.context
    sql = sql_of("pages/asymmetries.sql")
    found = site.connection.execute(sql).fetchall() if _NEEDED in context.tables else []
    flows = [
        (Link(context.names[payer], f"pairs/{stem}.html"), context.names[recipient], *years)
        for payer, recipient, stem, *years in found
    ]
    kinds = [
        (words, [_place_and_reason(reason, context) for reason in reasons() if reason.kind == kind])
        for kind, words in KINDS.items()
    ]
    site.write(PAGE, render("asymmetries.html", root="..", context=context, kinds=kinds, flows=flows))


def _place_and_reason(reason: AsymmetryReason, context: ReleaseContext) -> tuple[str, AsymmetryReason]:
    """Return where a reason holds, in words, and the reason."""
    ends = ("" if codes == ANY else codes for codes in (reason.areas, reason.partners))
    of, with_ = (", ".join(context.economy(code) for code in codes.split(";") if code) for codes in ends)
    years = " to ".join(sorted({year for year in (reason.first_year, reason.last_year) if year}))
    return "; ".join(filter(None, (" with ".join(filter(None, (of, with_))) or "the world", years))), reason
