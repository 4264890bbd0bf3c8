"""Answers of every publisher in its wire layout, by address: from the bundle, or the unit tests' samples."""

import gzip
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.unit.sources.fuzzing import cases_of
from tests.unit.sources.test_fetching import OECD_OWN, PRODUCT, SCENARIOS, UNCTAD, metadata

ROOT = Path(__file__).resolve().parents[1]
LIVE = ("bea", "eurostat", "imf", "oecd", "ons", "patentsview", "sec", "snb", "unctad", "uspto", "world_bank", "wto")
"""The publishers that the live feed requests."""

USPTO_FILES = "https://api.uspto.gov/api/v1/datasets/products/files/PVGPATDIS"


def of_resource(source: str, key: str) -> bytes:
    """Return the recorded answer of a resource: that of the bundle, or else its sample."""
    for card in sorted((ROOT / "data/bundle" / source).glob("*/*.origin.json")):
        if json.loads(card.read_text())["resource"] == key:
            return body_of(card)
    return next(case.body for case in cases_of(source) if case.origin.resource == key)


def body_of(card: Path) -> bytes:
    """Return the payload of an origin card; the bundle has large ones compressed."""
    path = Path(str(card).removesuffix(".origin.json"))
    return path.read_bytes() if path.exists() else gzip.decompress(Path(f"{path}.gz").read_bytes())


def recorded() -> Iterator[tuple[str, Mapping[str, str], bytes]]:
    """Yield address, parameters and body of recorded answers, of lists that lead to files, and of those files."""
    for source in LIVE:
        for card in sorted((ROOT / "data/bundle" / source).glob("*/*.origin.json")):
            content = json.loads(card.read_text())
            yield content["url"], content["parameters"], body_of(card)
            if source == "world_bank":  # its pages are asked with parameters that the cards leave out
                yield content["url"], {}, body_of(card)
    for scenario in SCENARIOS.values():
        source = scenario.source.CARD.id
        for (url, asked), body in scenario.answers.items():
            stub = len(body) < 30 and url != OECD_OWN
            body = of_resource(source, scenario.key) if stub else body
            if archived := re.search(r"/version/(\d{6})/", url):  # the sample is of one month, and asked of several
                body = body.replace(b"202407", archived[1].encode())
            yield url, dict(asked), body
            payments = body.replace(b"BX.GSR", b"BM.GSR").replace(b"property, receipts", b"property, payments")
            yield url.replace("BX.GSR", "BM.GSR"), dict(asked), payments
    names = [case.origin.resource for case in cases_of("uspto")]
    files = [{"fileName": f"{name}.tsv.zip", "fileDownloadURI": f"{USPTO_FILES}/{name}.tsv.zip"} for name in names]
    bag = {"count": len(files), "fileDataBag": [file | {"fileReleaseDate": "2026-04-10 00:02:57"} for file in files]}
    products = json.dumps({"count": 1, "bulkDataProductBag": [{"productFileBag": bag}]}).encode()
    yield PRODUCT[0], dict(PRODUCT[1]), products
    for name in names:
        yield f"{USPTO_FILES}/{name}.tsv.zip", {}, of_resource("uspto", name)
    report = "US.DigitallyDeliverableServices"
    yield f"{UNCTAD}/api/reportMetadata/{report}/en", {}, metadata(name=report)
    bulk = of_resource("unctad", "digitally_deliverable")
    yield f"{UNCTAD}/bulkdownload/{report}/{report.replace('.', '_')}", {}, bulk
