"""Granted US patents row by row: PatentsView's tables from the USPTO Open Data Portal. Aggregates counted by others do not belong here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

import pyarrow as pa

from orchestration.contracts.payload import Answer, Payload
from orchestration.contracts.raw_table import Parsed, iso_date
from orchestration.contracts.source import Card, Feed, Pace, Resource
from orchestration.core.errors import FeedError, PayloadError
from orchestration.formats.archives import zip_member
from orchestration.formats.delimited import delimited
from orchestration.formats.strict_json import strict_json

CARD = Card(
    id="uspto",
    publisher="United States Patent and Trademark Office (PatentsView tables, Open Data Portal)",
    homepage="https://data.uspto.gov/bulkdata/datasets/pvgpatdis",
    licence="Creative Commons Attribution 4.0",
    citation="PatentsView (www.patentsview.org), United States Patent and Trademark Office, Open Data Portal",
    cadence="quarterly",
    timezone="America/New_York",
    change_signal="fileReleaseDate of each file in the product's list of files",
    limits="20 downloads of a file per key and year, and no parallel calls; a refused download is never tried again",
    key_env="USPTO_API_KEY",
    pace=Pace(seconds_between=2, ban_seconds=3600, ban_is_per_file=True),
    release_months=(3, 6, 9, 12),
)

RESOURCES = (
    Resource("g_patent", "Granted patents: number, kind, date of grant", {"table": "patents"}),
    Resource("g_inventor_disambiguated", "Inventors of each patent and where they lived", {"table": "inventors"}),
    Resource("g_assignee_disambiguated", "Owners of each patent at grant and where they sit", {"table": "assignees"}),
    Resource("g_location_disambiguated", "Places and their countries", {"table": "locations"}),
    Resource("g_application", "Applications behind the patents and their filing dates", {"table": "applications"}),
    Resource("g_pct_data", "Patents that came through the Patent Cooperation Treaty", {"table": "pct_data"}),
    Resource("g_wipo_technology", "WIPO technology fields of each patent", {"table": "wipo_technology"}),
)
"""One resource a file, so that what has arrived is written down before the next is asked for: downloads are few a year."""


def fetch(resource: Resource, feed: Feed) -> Iterator[Answer]:
    """The files that a person put aside, else the newest release that the product's list of files names.

    A file put aside is called as the portal calls it, with the day of its release: ``g_patent_2026-04-10.tsv.zip``. It
    spares one of the few downloads.

    Raises:
        FeedError: the portal refuses, in words for each of its refusals, or its list does not hold the file.
        PayloadError: the list cannot be read.
    """
    put_aside = list(feed.files(CARD, resource, f"{resource.key}_[0-9]*.tsv.zip"))
    if put_aside:
        yield from put_aside
        return
    offer = _offer(resource, _listed(resource, feed))
    answer = feed.get(
        CARD,
        resource,
        offer.url,
        secret_headers=_KEY,
        stamp=offer.released,
        size=offer.size,
        accept=_KNOWN_STATUS,
    )
    _require_success(resource, answer)
    yield answer


def parse(payload: Payload) -> Iterator[Parsed]:
    """The columns that counting needs, out of the one table in the archive.

    Names, titles and sexes of persons are read over and not kept: no figure here needs them. Dates other than the day
    of grant stay text, because the applications' dates are as the applicants' papers had them, misprints included.

    Raises:
        PayloadError: no readable archive with the table in it, another header, a value of another type, no row; or
            nothing says when the file was released.
    """
    name = payload.origin.resource
    table = next(resource.ask["table"] for resource in RESOURCES if resource.key == name)
    yield delimited(
        payload,
        table,
        TABLES[table],
        _released(payload),
        partial(zip_member, payload, f"{name}.tsv", limit=_UNPACKED_LIMIT),
        header=_HEADERS[name],
        delimiter="\t",
    )


def _table(**columns: pa.DataType) -> pa.Schema:
    """A schema whose first column is never empty."""
    return pa.schema([pa.field(name, kind, nullable=place > 0) for place, (name, kind) in enumerate(columns.items())])


TABLES: dict[str, pa.Schema] = {
    "patents": _table(patent_id=pa.string(), patent_type=pa.string(), patent_date=pa.date32(), withdrawn=pa.int32()),
    "inventors": _table(patent_id=pa.string(), inventor_sequence=pa.int32(), location_id=pa.string()),
    "assignees": _table(patent_id=pa.string(), assignee_sequence=pa.int32(), location_id=pa.string()),
    "locations": _table(location_id=pa.string(), disambig_country=pa.string()),
    "applications": _table(patent_id=pa.string(), application_id=pa.string(), filing_date=pa.string()),
    "pct_data": _table(
        patent_id=pa.string(),
        pct_doc_type=pa.string(),
        pct_doc_number=pa.string(),
        published_or_filed_date=pa.string(),
    ),
    "wipo_technology": _table(patent_id=pa.string(), wipo_field_sequence=pa.int32(), wipo_field_id=pa.string()),
}

_HEADERS = {
    "g_patent": (
        "patent_id",
        "patent_type",
        "patent_date",
        "patent_title",
        "wipo_kind",
        "num_claims",
        "withdrawn",
        "filename",
    ),
    "g_inventor_disambiguated": (
        "patent_id",
        "inventor_sequence",
        "inventor_id",
        "disambig_inventor_name_first",
        "disambig_inventor_name_last",
        "gender_code",
        "location_id",
    ),
    "g_assignee_disambiguated": (
        "patent_id",
        "assignee_sequence",
        "assignee_id",
        "disambig_assignee_individual_name_first",
        "disambig_assignee_individual_name_last",
        "disambig_assignee_organization",
        "assignee_type",
        "location_id",
    ),
    "g_location_disambiguated": (
        "location_id",
        "disambig_city",
        "disambig_state",
        "disambig_country",
        "latitude",
        "longitude",
        "county",
        "state_fips",
        "county_fips",
    ),
    "g_application": (
        "application_id",
        "patent_id",
        "patent_application_type",
        "filing_date",
        "series_code",
        "rule_47_flag",
    ),
    "g_pct_data": (
        "patent_id",
        "published_or_filed_date",
        "pct_371_date",
        "pct_102_date",
        "filed_country",
        "application_kind",
        "pct_doc_number",
        "pct_doc_type",
    ),
    "g_wipo_technology": (
        "patent_id",
        "wipo_field_sequence",
        "wipo_field_id",
        "wipo_sector_title",
        "wipo_field_title",
    ),
}
"""Every column of each file; a column that comes or goes stops the refresh."""

_PRODUCT = "https://api.uspto.gov/api/v1/datasets/products/PVGPATDIS"
_FILES = "https://api.uspto.gov/api/v1/datasets/products/files/PVGPATDIS/"
_KEY = {"X-API-KEY": "USPTO_API_KEY"}
_OFFERED = ("fileName", "fileDownloadURI", "fileReleaseDate", "fileSize")
_UNPACKED_LIMIT = 20 * 1024**3
"""Of a table unpacked: the largest one read here, the inventors, has about 3 GB."""

_REMEDIES = {
    400: "the portal changed how it is asked; compare the request with its documentation",
    401: "the key in USPTO_API_KEY is not known to the portal: unused keys are deleted after 90 days; get a new one",
    403: "the key in USPTO_API_KEY may not read this product; see the portal's terms for the account",
    404: "the portal has no such product or file any more; look for the PatentsView tables on its pages",
    413: "the portal finds its own answer too large; ask for less",
    429: "this file's downloads of the year are used up, or calls ran in parallel; it is not asked again. "
    "A file that landed before is still there; another one can be put into the drop folder",
}
"""What to do about each refusal that the portal documents."""

_KNOWN_STATUS = (200, *_REMEDIES)


@dataclass(frozen=True)
class _Offer:
    """One file in the product's list: where it is, when it was released (as the portal writes it), its bytes."""

    url: str
    released: str
    size: int


def _listed(resource: Resource, feed: Feed) -> list[dict[str, Any]]:
    """The product's list of files, of each file what ``_OFFERED`` names."""
    answer = feed.get(
        CARD, resource, _PRODUCT, params={"includeFiles": "true"}, secret_headers=_KEY, accept=_KNOWN_STATUS
    )
    _require_success(resource, answer)
    content = strict_json(answer.read(), partial(_misread, resource))
    try:
        (product,) = content["bulkDataProductBag"]
        files, count = product["productFileBag"]["fileDataBag"], product["productFileBag"]["count"]
        offers = [{name: item.get(name) for name in _OFFERED} for item in files]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _misread(resource, f"a product's description holds its list of files; {error!r}"[:300]) from error
    if len(offers) != count:
        raise _misread(resource, f"the list of files is whole; seen {len(offers)} of {count!r}")
    return offers


def _offer(resource: Resource, files: list[dict[str, Any]]) -> _Offer:
    """The newest release of the resource's file."""
    name = f"{resource.key}.tsv.zip"
    found = [item for item in files if item["fileName"] == name]
    if not found:
        names = sorted(str(item["fileName"]) for item in files)
        raise _misread(resource, f"the product holds the file {name}; seen {names[:50]}"[:600])
    newest = max(found, key=lambda item: str(item["fileReleaseDate"]))
    url, released, size = (newest[key] for key in _OFFERED[1:])
    # the key goes to this address: it must be the portal's own, whatever the list says
    if not (isinstance(url, str) and url.startswith(_FILES) and isinstance(released, str) and type(size) is int):
        raise _misread(
            resource, f"a file has an address under {_FILES}, a release date and a size; seen {newest}"[:400]
        )
    return _Offer(url, released, size)


def _require_success(resource: Resource, answer: Answer) -> None:
    if answer.status != 200:
        raise FeedError(
            f"the portal answers with HTTP 200; seen {answer.status}: {_said(resource, answer)}",
            publisher=CARD.publisher,
            payload=f"{CARD.id}/{resource.key}",
            remedy=_REMEDIES[answer.status],
        )


def _said(resource: Resource, answer: Answer) -> str:
    """The portal's own words for a refusal, without what it repeats of the request."""
    try:
        body = strict_json(answer.read(), partial(_misread, resource))
    except PayloadError:
        return "no words"
    told = body if isinstance(body, dict) else {}
    words = [str(told[key]) for key in ("error", "errorDetails", "message", "detailedMessage") if told.get(key)]
    return "; ".join(words)[:300] or "no words"


def _misread(resource: Resource, rule: str) -> PayloadError:
    return PayloadError(
        rule,
        publisher=CARD.publisher,
        payload=f"{CARD.id}/{resource.key}, the portal's list of files",
        remedy=f"compare with {_PRODUCT}; if the portal changed, change the source module",
    )


def _released(payload: Payload) -> date:
    """Day of the file's release: the portal's stamp, or for a file put aside the day in its name."""
    if payload.origin.stamp:
        return iso_date(payload, payload.origin.stamp, row="fileReleaseDate")
    return iso_date(payload, payload.origin.file_name.removeprefix(f"{payload.origin.resource}_"), row="file name")
