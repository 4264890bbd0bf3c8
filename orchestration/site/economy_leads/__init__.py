"""What an economy's page says first, one subject a module, ordered by the number in the name."""

from __future__ import annotations

from orchestration.site.declarations import declarations
from orchestration.site.lead import Lead


def load_economy_leads() -> dict[str, Lead]:
    """Every lead by the name of its module without the number; a new file is a new lead.

    Raises:
        ReleaseError: a module declares no ``LEAD``.
    """
    return declarations(__name__, __path__, "LEAD", Lead)
