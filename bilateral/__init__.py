"""Read releases of Bilateral.

For example: ``bilateral.open("https://figures.example.org/").metric("ip_receipts", area="USA").pandas()``.
"""

from orchestration.core.errors import BilateralError
from orchestration.reading.release import Figures, Release, open

__all__ = ["BilateralError", "Figures", "Release", "open"]
