"""USPTO Open Data Portal: granted US patents row by row, from PatentsView's tables."""

import re
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from typing import Annotated

from pydantic import Field, TypeAdapter

from orchestration.contracts.payload import Answer, Payload
from orchestration.contracts.raw_table import Parsed, columns, iso_date
from orchestration.contracts.source import Card, Feed, Pace, Resource
from orchestration.core.errors import NothingDroppedError
from orchestration.formats.archives import archive_beginning, archive_member
from orchestration.formats.delimited import named_columns
from orchestration.formats.dropped_files import recognised_files
from orchestration.formats.json_models import OBJECTS, TEXT, part_at
from orchestration.formats.strict_json import strict_json

CARD = Card(
    id="uspto",
    publisher="United States Patent and Trademark Office (PatentsView tables, Open Data Portal)",
    homepage="https://data.uspto.gov/bulkdata/datasets/pvgpatdis",
    licence="Creative Commons Attribution 4.0",
    citation="PatentsView (www.patentsview.org), United States Patent and Trademark Office, Open Data Portal",
    cadence="quarterly",
    cycle_months=3,
    timezone="America/New_York",
    change_signal="fileReleaseDate of each file in the product's list of files",
    limits="20 downloads of a file per key and year, and no parallel calls; a refused download is never tried again. "
    "Unused keys are deleted after 90 days. A file that you downloaded can be put into the drop folder",
    key_env="USPTO_API_KEY",
    pace=Pace(seconds_between=2, ban_seconds=3600, ban_is_per_file=True),
    release_months=(3, 6, 9, 12),
)

RESOURCES = (
    Resource("g_patent", "Granted patents: number, kind, date of grant", {"table": "patents"}),
    Resource("g_inventor_disambiguated", "Inventors of each patent and where they lived", {"table": "inventors"}),
    Resource("g_assignee_disambiguated", "Owners of each patent at grant and where they sit", {"table": "assignees"}),
    Resource("g_location_disambiguated", "Places and their countries", {"table": "locations"}),
    Resource("g_application", "Applications of the patents and their filing dates", {"table": "applications"}),
    Resource("g_pct_data", "Patents that came through the Patent Cooperation Treaty", {"table": "pct_data"}),
    Resource("g_wipo_technology", "WIPO technology fields of each patent", {"table": "wipo_technology"}),
)
"""One resource a file, so that each file is stored before the next is requested: downloads are few a year."""


def fetch(resource: Resource, feed: Feed) -> Iterator[Answer]:
    """Yield the files in the drop folder, else the newest release in the product's list of files.

    A dropped file has the portal's name with the day of its release, ``g_patent_2026-04-10.tsv.zip``, and saves one of
    the few downloads.
    """
    expected = "the name of a table, _YYYY-MM-DD.tsv.zip after it, and the table with its header in it"
    remedy = "a table as the portal calls it, with the day of its release: g_patent_2026-04-10.tsv.zip"
    with suppress(NothingDroppedError):
        yield from recognised_files(CARD, resource, feed, _table_of, expected=expected, remedy=remedy)
        return
    address, released = _offer(resource, feed)
    yield feed.get(CARD, resource, address, secret_headers=_KEY, stamp=released, largest=_LARGEST)


def _table_of(answer: Answer) -> str | None:
    """Return the table in a dropped file, by its name and first column."""
    name = _FILE_NAME.fullmatch(answer.origin.file_name)
    if name is None or name[1] not in _FIRST_COLUMN:
        return None
    head = archive_beginning(answer, f"{name[1]}.tsv", _HEADER_SIZE) or b""
    first = head.decode("utf-8-sig", "replace").partition("\t")[0].strip('"')
    return name[1] if first == _FIRST_COLUMN[name[1]] else None


_FILE_NAME = re.compile(r"(g_[a-z_]+)_[0-9].*\.tsv\.zip")
_LARGEST = 4 * 1024**3
_HEADER_SIZE = 200
_FIRST_COLUMN = {item.key: "patent_id" for item in RESOURCES} | {
    "g_location_disambiguated": "location_id",
    "g_application": "application_id",
}


def parse(payload: Payload) -> Iterator[Parsed]:
    """Yield the columns that counting needs, out of the one table in the archive.

    Names, titles and sexes of persons are skipped. Dates other than the day of grant stay text, because those of
    applications have misprints. The vintage is the day of the file's release: the portal's stamp, or the day in the
    name of a dropped file.
    """
    name, stamp = payload.origin.resource, payload.origin.stamp
    of_file = payload.origin.file_name.removeprefix(f"{name}_")
    vintage = iso_date(payload, stamp or of_file, row="fileReleaseDate" if stamp else "file name")
    table = next(resource.ask["table"] for resource in RESOURCES if resource.key == name)
    opened = partial(archive_member, payload, f"{name}.tsv")
    yield named_columns(payload, table, TABLES[table], vintage, opened, delimiter="\t")


TABLES = {
    "patents": columns("patent_id string, patent_type string?, patent_date date32?, withdrawn int32?"),
    "inventors": columns("patent_id string, inventor_sequence int32?, location_id string?"),
    "assignees": columns("patent_id string, assignee_sequence int32?, location_id string?"),
    "locations": columns("location_id string, disambig_country string?"),
    "applications": columns("patent_id string, application_id string?, filing_date string?"),
    "pct_data": columns(
        "patent_id string, pct_doc_type string?, pct_doc_number string?, published_or_filed_date string?"
    ),
    "wipo_technology": columns("patent_id string, wipo_field_sequence int32?, wipo_field_id string?"),
}

_PRODUCT = "https://api.uspto.gov/api/v1/datasets/products/PVGPATDIS"
_FILES = "https://api.uspto.gov/api/v1/datasets/products/files/PVGPATDIS/"
_KEY = {"X-API-KEY": "USPTO_API_KEY"}
_BAG = "/bulkDataProductBag/0/productFileBag"
_Address = Annotated[str, Field(strict=True, pattern=f"^{re.escape(_FILES)}")]
_ADDRESS = TypeAdapter(_Address)
"""The key goes to the address of a file, which must be the portal's own."""


def _offer(resource: Resource, feed: Feed) -> tuple[str, str]:
    """Return address and day of release of the newest file of a resource in the product's list of files."""
    answer = feed.get(CARD, resource, _PRODUCT, params={"includeFiles": "true"}, secret_headers=_KEY)
    content = strict_json(answer.read(), answer.error)
    listed = part_at(content, f"{_BAG}/fileDataBag", OBJECTS, answer.error)
    name = f"{resource.key}.tsv.zip"
    files = [(at, item) for at, item in enumerate(listed) if item.get("fileName") == name]
    releases = [(str(item.get("fileReleaseDate")), at) for at, item in files]
    if not releases:
        names = sorted(str(item.get("fileName")) for item in listed)
        raise answer.error(f"no file {name} in the product; it has {names}")
    newest = f"{_BAG}/fileDataBag/{max(releases)[1]}"
    return (
        part_at(content, f"{newest}/fileDownloadURI", _ADDRESS, answer.error),
        part_at(content, f"{newest}/fileReleaseDate", TEXT, answer.error),
    )
