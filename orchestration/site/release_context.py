"""The release that pages belong to, with its facts in the words of pages."""

import re
from dataclasses import dataclass

from markupsafe import Markup

from orchestration.reading.facts import ReleaseFacts
from orchestration.site.batch import Found
from orchestration.site.formatting import exact, readable
from orchestration.site.pairs import Economy

BASIS_WORDS = {
    "reported": "own report",
    "mirrored": "the other side's report",
    "balanced": "balanced estimate",
    "reconciled": "reconciled estimate",
}
"""Words for the basis of a series in a legend."""


@dataclass(frozen=True)
class ReleaseContext(ReleaseFacts):
    """The facts about a release in the words of its pages."""

    def in_words(self, found: Found) -> Found:
        """Return the rows of a figure, their series named by basis in words, and by publisher where several differ."""
        if not {"series", "source"} <= {*found.columns}:
            return found
        series, source = found.columns.index("series"), found.columns.index("source")
        is_alone = len({row[source] for row in found.rows}) == 1
        rows = [
            (*row[:series], self._series_in_words(str(row[series]), str(row[source]), is_alone), *row[series + 1 :])
            for row in found.rows
        ]
        return Found(found.columns, rows)

    def _series_in_words(self, series: str, source: str, is_alone: bool) -> str:
        if series == source:
            return self.publishers(source)
        for basis, words in BASIS_WORDS.items():
            series = re.sub(rf"\b{basis} \({re.escape(source)}\)$", f"{words} ({source})", series)
        return series.replace(f" ({source})", "" if is_alone else f" ({self.publishers(source)})")

    def economy(self, area: str) -> str:
        """Return the name of an area inside a sentence, such as ``the United States``."""
        return Economy(area, self.names.get(area, area)).in_text

    def figure(self, value: float, unit: str, status: str = "A", source: str = "") -> Markup:
        """Return a figure with its unit in words, such as ``8.46 billion US dollars``, as its status and source
        allow."""
        return exact(value, readable(value, self.units[unit], status, source))
