"""`bilateral site --to`: a copy of the published pages whose every link leads to a file of the copy."""

import json
import re
from pathlib import Path

import bilateral
from orchestration.reading.release_store import require_current
from orchestration.site.query_engine import MOUNT, has_engine
from tests.integration.conftest import PublishedCopy

_LINK = re.compile(r"""(?:href|src)="([^"#?]+)""")


def test_every_link_of_a_copy_leads_to_a_file_of_the_copy(published_copy: PublishedCopy, tmp_path: Path) -> None:
    target = tmp_path / "public"
    done = published_copy.invoke("site", "--to", str(target))
    assert re.search(r"copied to .* \(\d{2,3} MB\)\.\n$", done.stdout), done.stderr
    release = require_current(published_copy.settings)
    assert json.loads((target / "bilateral-pages.json").read_text()) == {"release": release.id}
    copied = bilateral.open(target).metric("ip_receipts", area="USA")
    assert copied.arrow() == bilateral.open(release.folder).metric("ip_receipts", area="USA").arrow()
    pages = [target / "index.html", *(target / "site").rglob("*.html")]
    assert len(pages) > 20
    broken = {
        f"{page.name}: {link}"
        for page in pages
        for link in _LINK.findall(page.read_text(encoding="utf-8"))
        if "://" not in link and not (page.parent / link).is_file()
    }
    assert broken == set()
    assert (target / MOUNT / "engine.json").is_file() is has_engine()
    assert ("make query" in done.stderr) is not has_engine(), "who has no engine learns how to get it"
    again = published_copy.invoke("site", "--to", str(target))
    assert again.exit_code == 0, "an earlier copy is replaced"
    assert published_copy.invoke("site").stdout == f"{release.folder / 'site' / 'index.html'}\n"
    refused = published_copy.invoke("site", "--to", str(tmp_path))
    assert refused.exit_code == 1
    assert "nor an earlier copy of pages" in refused.stderr
