"""Read releases of Bilateral: ``bilateral.open("https://figures.example.org/").metric("ip_receipts", area="USA").pandas()``."""

from bilateral.release import Figures, Release, open
from orchestration.core.errors import BilateralError

__all__ = ["BilateralError", "Figures", "Release", "open"]
