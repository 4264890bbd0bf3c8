"""Published claims about an economy, with the official figures."""

from orchestration.site.chapter import Chapter, Listing
from orchestration.site.chapters.e20_claims import AUDIT

CHAPTER = Chapter(
    title="Claims about the economy",
    lead="Figures that others published about this economy, with the official figures.",
    parts=(
        Listing(
            title="Claims and verdicts",
            sql=AUDIT.format(which="$area in (audit.area, audit.counterpart_area)"),
        ),
    ),
)
