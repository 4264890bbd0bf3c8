"""Additions to a hosted copy of the pages: heads for search engines and previews, sitemap, feed, files for hosts.

Only here is the address known at which the pages will be served.
"""

import html
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import vl_convert
from markupsafe import Markup

from orchestration.core.errors import BilateralError
from orchestration.reading.release import Release
from orchestration.releases.package import NAME as DATA_PACKAGE
from orchestration.site.rendering import environment

FEED, SITEMAP = "feed.xml", "sitemap.xml"
CARDS = {
    "site": "What economies pay each other for ideas",
    "pairs": "Who pays whom for ideas, and whose reports differ",
    "economies": "What an economy earns and pays for ideas",
    "regions": "What a region earns and pays for ideas",
    "metrics": "One measure of ideas, every economy",
}
"""Words of the picture in previews of links, by folder; one for each page would take 55 MB and two minutes."""
LONGEST_DESCRIPTION = 220
"""Characters of the description of a page."""
MOST_ADDRESSES = 50_000
"""Addresses of one sitemap, by its protocol."""

HOST_FILES = {
    "robots.txt": "User-agent: *\nAllow: /\n",
    ".nojekyll": "",  # GitHub Pages would leave out files whose names begin with an underscore
    "_headers": "/*\n  Access-Control-Allow-Origin: *\n  Access-Control-Expose-Headers: Content-Length, Content-Range\n",
}
"""Files that hosts read: other pages may read the figures, also in parts."""

_TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)
_PARAGRAPH = re.compile(r"<main\b.*?<p(?: class=\"(?!trail)[^\"]*\"[^>]*| id[^>]*)?>(.*?)</p>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_ENTRY = re.compile(r"^## (\S+), (\S+)\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Host:
    """The address at which a copy of a release is served."""

    base: str
    release: Release
    package: Mapping[str, Any]

    def head(self, name: str, page: str) -> str:
        """Return a page with description, address, preview card, feed and record of its data set in its head."""
        title, address = _TITLE.findall(page)[0], self.base + quote(name)
        head = environment().get_template("host_head.html")
        content = head.render(
            title=Markup(title),  # noqa: S704 - from the page, escaped
            description=description_of(page) or self.package["description"],
            address=address,
            base=self.base,
            folder=Path(name).parent.name,
            records=self._records(name, address),
        )
        return page.replace(f"<title>{title}</title>", content.strip())

    def _records(self, name: str, address: str) -> Iterable[dict[str, Any]]:
        """Yield the schema.org record of the data set that a page shows: the release, or a metric."""
        package = self.package
        if name == "site/index.html":
            files = {"warehouse.duckdb": "application/vnd.duckdb", DATA_PACKAGE: "application/json"}
            licences = sorted({licence["path"] for licence in package.get("licenses", ())})
            record = self._record(package["title"], package["description"], address, files)
            yield record | {"keywords": package["keywords"], "license": licences}
        path = Path(name)
        for table in package["resources"] if path.parent.name == "metrics" else ():
            if table["name"] == path.stem:
                title = f"Bilateral: {table['name']}"
                yield {
                    **self._record(title, table["description"], address, {table["path"]: table["mediatype"]}),
                    "citation": table["citation"],
                    "license": table["licences"],
                    "isPartOf": {"@type": "Dataset", "name": package["title"], "url": f"{self.base}site/index.html"},
                }

    def _record(self, name: str, description: str, address: str, files: Mapping[str, str]) -> dict[str, Any]:
        return {
            "@context": "https://schema.org/",
            "@type": "Dataset",
            "name": name,
            "description": description,
            "url": address,
            "version": self.release.id,
            "dateModified": self.release.published_at,
            "isAccessibleForFree": True,
            "creator": {"@type": "Organization", "name": "Bilateral", "url": f"{self.base}site/index.html"},
            "distribution": [
                {"@type": "DataDownload", "encodingFormat": kind, "contentUrl": self.base + quote(path)}
                for path, kind in files.items()
            ],
        }

    def files(self, pages: Iterable[str], changelog: str) -> dict[str, str]:
        """Return the sitemap of pages and the feed of releases by name."""
        places = sorted(pages, key=lambda name: (name.count("/"), name))[:MOST_ADDRESSES]
        entries = [(name, day, html.unescape(text.strip())) for name, day, text in _ENTRY.findall(changelog)]
        published, written = self.release.published_at, environment().get_template
        addresses = [self.base + quote(name) for name in places]
        return {
            SITEMAP: written(SITEMAP).render(addresses=addresses, day=published[:10]),
            FEED: written(FEED).render(base=self.base, updated=published, entries=entries),
            "robots.txt": f"User-agent: *\nAllow: /\nSitemap: {self.base}{SITEMAP}\n",
        }


def host_of(release: Release, base: str) -> Host:
    """Return the host of a copy.

    Raises:
        BilateralError: the address is not the http or https address of a folder.
    """
    parts = urlsplit(base)
    is_folder = parts.scheme in ("http", "https") and parts.netloc and not (parts.query or parts.fragment)
    if not is_folder or set(base) & set(" \"<>'"):
        remedy = "pass one such as --base https://figures.example.org/"
        raise BilateralError(f"{base!r} is not the address of a folder", remedy=remedy)
    return Host(base.rstrip("/") + "/", release, release.json(DATA_PACKAGE))


def description_of(page: str) -> str:
    """Return the first paragraph of a page as text, cut after a word."""
    paragraph = _PARAGRAPH.search(page)
    text = " ".join(html.unescape(_TAG.sub("", paragraph[1])).split()) if paragraph else ""
    return text if len(text) <= LONGEST_DESCRIPTION else text[:LONGEST_DESCRIPTION].rpartition(" ")[0] + " …"


def preview_card(words: str) -> bytes:
    """Return the picture that previews of links show, 1200 by 630 pixels as PNG."""
    picture = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="1200" height="630"><rect width="1200" height="630" fill="#14324a"/>'
        '<g font-family="sans-serif" fill="#ffffff"><text x="80" y="290" font-size="112" font-weight="bold">Bilateral</text>'
        f'<text x="80" y="390" font-size="46">{words}</text></g></svg>'
    )
    return bytes(vl_convert.svg_to_png(picture))
