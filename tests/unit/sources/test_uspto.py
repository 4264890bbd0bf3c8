"""The USPTO module against a local portal: list of files, signed redirect, every refusal, damaged files, and the sample in the bundle."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from orchestration.contracts.payload import Answer, Payload
from orchestration.contracts.source import Resource
from orchestration.core.errors import FeedError, PayloadError
from orchestration.ingestion.payload_store import PayloadStore
from orchestration.sources import uspto
from tests.archives import zipped
from tests.publisher_server import Asked, PublisherServer, Reply, publisher_server
from tests.unit.sources.bulk import JSON, ZIP
from tests.unit.sources.fakes import editions_of, land, make_origin, make_payload

KEY = "synthetic-key-0123456789"
PRODUCT = "https://api.uspto.gov/api/v1/datasets/products/PVGPATDIS"
FILE = "https://api.uspto.gov/api/v1/datasets/products/files/PVGPATDIS/g_patent.tsv.zip"
SIGNED = "https://files.example.org/PVGPATDIS/g_patent.tsv.zip"
RESOURCES = {one.key: one for one in uspto.RESOURCES}
PATENT = RESOURCES["g_patent"]
PATENTS = (
    b'"patent_id"\t"patent_type"\t"patent_date"\t"patent_title"\t"wipo_kind"\t"num_claims"\t"withdrawn"\t"filename"\n'
    b'"90000001"\t"utility"\t"2020-05-05"\t"A synthetic ""title"", with\na line end\tand a tab"\t"B2"\t20\t0\t"ipg.xml"\n'
    b'"D9000002"\t"design"\t"2020-05-12"\t"Synthetic chair"\t"S1"\t1\t1\t"ipg.xml"\n'
)


def archive(table: bytes = PATENTS, name: str = "g_patent.tsv") -> bytes:
    return zipped({name: table})


def listed(size: int, *, released: str = "2026-04-10 00:02:57", **changes: Any) -> dict[str, Any]:
    return {
        "fileName": "g_patent.tsv.zip",
        "fileSize": size,
        "fileDataFromDate": "1976-01-01",
        "fileDataToDate": "2026-03-31",
        "fileTypeText": "Data",
        "fileReleaseDate": released,
        "fileDownloadURI": FILE,
        "fileLastModifiedDateTime": released,
        **changes,
    }


def product(*files: Mapping[str, Any], count: int | None = None) -> bytes:
    bag = {"count": len(files) if count is None else count, "fileDataBag": list(files)}
    return json.dumps(
        {"count": 1, "bulkDataProductBag": [{"productIdentifier": "PVGPATDIS", "productFileBag": bag}]}
    ).encode()


@contextmanager
def portal(
    body: bytes | None = None,
    *,
    files: list[dict[str, Any]] | None = None,
    list_reply: Reply | None = None,
    file_reply: Reply | list[Reply] | None = None,
    signed_reply: Reply | None = None,
) -> Iterator[PublisherServer]:
    """The portal with one file, which it hands out by a redirect to a signed address."""
    content = archive() if body is None else body
    answers: dict[str, list[Reply]] = {
        PRODUCT: [list_reply or Reply(product(*(files or [listed(len(content))])), headers=JSON)],
        FILE: file_reply
        if isinstance(file_reply, list)
        else [file_reply or Reply(status=302, headers={"Location": SIGNED})],
        SIGNED: [signed_reply or Reply(content, headers=ZIP)],
    }

    def publisher(asked: Asked) -> Reply:
        waiting = answers.get(asked.url, [Reply(b"not found", 404)])
        return waiting.pop(0) if len(waiting) > 1 else waiting[0]

    with publisher_server(publisher) as server:
        yield server


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("USPTO_API_KEY", KEY)


def fetched(server: PublisherServer, folder: Path, resource: Resource = PATENT) -> list[Payload]:
    """What is stored and remembered, as in a refresh."""
    landing = PayloadStore(folder / "landing")
    payloads = []
    with server.live_feed(folder, landing=landing) as feed:
        for answer in uspto.fetch(resource, feed):
            payloads.append(landing.store(answer))
            landing.remember(answer, payloads[-1])
    return payloads


def rows_of(payload: Payload) -> list[dict[str, Any]]:
    (result,) = uspto.parse(payload)
    return [row for batch in result.batches for row in batch.to_pylist()]


def payload_of(folder: Path, table: bytes, resource: str = "g_patent", *, body: bytes | None = None) -> Payload:
    content = archive(table, f"{resource}.tsv") if body is None else body
    origin = make_origin(uspto.CARD, resource, content, file_name=f"{resource}.tsv.zip")
    return make_payload(folder, replace(origin, stamp="2026-04-10 00:02:57"), content)


# --- asking


def test_a_file_comes_by_its_list_and_a_signed_address_that_never_sees_the_key(tmp_path: Path) -> None:
    with portal() as server:
        (payload,) = fetched(server, tmp_path)
    assert [(one.url, one.params) for one in server.asked] == [
        (PRODUCT, {"includeFiles": "true"}),
        (FILE, {}),
        (SIGNED, {}),
    ]
    assert [one.headers.get("x-api-key") for one in server.asked] == [KEY, KEY, None]
    assert (payload.origin.url, payload.origin.stamp) == (FILE, "2026-04-10 00:02:57")
    assert payload.path.read_bytes() == archive()
    assert KEY not in json.dumps([str(path.read_bytes()) for path in tmp_path.rglob("*") if path.is_file()])


def test_a_file_of_a_known_release_is_not_downloaded_again(tmp_path: Path) -> None:
    with portal() as server:
        first, second = fetched(server, tmp_path), fetched(server, tmp_path)
    assert [one.url for one in server.asked].count(FILE) == 1
    assert first[0].origin.sha256 == second[0].origin.sha256


def test_the_next_release_is_downloaded(tmp_path: Path) -> None:
    size = len(archive())
    with portal() as server:
        fetched(server, tmp_path)
    with portal(files=[listed(size), listed(size, released="2026-07-10 00:02:57")]) as server:
        (payload,) = fetched(server, tmp_path)
    assert [one.url for one in server.asked].count(FILE) == 1
    (result,) = uspto.parse(payload)
    assert result.vintage == date(2026, 7, 10)


def test_a_file_put_aside_spares_the_portal_and_needs_no_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("USPTO_API_KEY")
    drop = tmp_path / "drop" / "uspto"
    drop.mkdir(parents=True)
    (drop / "g_patent_2026-01-15.tsv.zip").write_bytes(archive())
    with portal() as server:
        (payload,) = fetched(server, tmp_path)
    (result,) = uspto.parse(payload)
    assert (server.asked, result.vintage) == ([], date(2026, 1, 15))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("patents.zip", archive()),
        ("g_other_2026-01-15.tsv.zip", archive(name="g_other.tsv")),
        ("g_patent_2026-01-15.tsv.zip", archive(name="g_inventor.tsv")),
        ("g_patent_2026-01-15.tsv.zip", archive(PATENTS.replace(b'"patent_id"', b'"assignee_id"'))),
        ("g_patent_2026-01-15.tsv.zip", archive(PATENTS.replace(b'"patent_id"', b'"uuid"'))),
        ("g_patent_2026-01-15.tsv.zip", PATENTS),
    ],
)
def test_a_file_put_aside_that_is_not_what_its_name_says_is_refused(name: str, content: bytes, tmp_path: Path) -> None:
    drop = tmp_path / "drop" / "uspto"
    drop.mkdir(parents=True)
    (drop / name).write_bytes(content)
    with portal() as server, pytest.raises(FeedError, match=f"'{name}' in the drop folder is no file of United States"):
        fetched(server, tmp_path)
    assert server.asked == []


def test_without_a_key_nothing_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("USPTO_API_KEY")
    with portal() as server, pytest.raises(FeedError, match="USPTO_API_KEY"):
        fetched(server, tmp_path)
    assert not server.asked


REFUSALS: dict[int, tuple[bytes, str, str]] = {
    400: (b'{"code":400,"error":"Bad Request","errorDetails":"wrong parameter"}', "wrong parameter", "changed how"),
    401: (b'{"message":"Unauthorized"}', "Unauthorized", "get a new one"),
    403: (b'{"code":403,"error":"Forbidden"}', "Forbidden", "may not read"),
    404: (b'{"code":404,"error":"Not Found","errorDetails":"No matching records found"}', "No matching", "no such"),
    413: (b'{"message":"Payload Too Large","detailedMessage":"narrow the request"}', "narrow", "ask for less"),
    429: (b'{"message":"20 requests in 31536000 sec"}', "31536000", "used up"),
}


@pytest.mark.parametrize("status", REFUSALS)
@pytest.mark.parametrize("where", ["list", "file"])
def test_every_refusal_has_its_own_words_and_is_asked_once(status: int, where: str, tmp_path: Path) -> None:
    body, said, remedy = REFUSALS[status]
    reply = Reply(body, status, JSON)
    with (
        portal(list_reply=reply if where == "list" else None, file_reply=reply if where == "file" else None) as server,
        pytest.raises(FeedError) as refusal,
    ):
        fetched(server, tmp_path)
    assert f"the portal answered with HTTP {status}: " in str(refusal.value)
    assert said in str(refusal.value)
    assert remedy in str(refusal.value.remedy)
    assert refusal.value.publisher == uspto.CARD.publisher
    assert [one.url for one in server.asked].count(FILE) == (1 if where == "file" else 0)
    assert KEY not in str(refusal.value)


def test_a_used_up_quota_is_remembered_by_the_next_run(tmp_path: Path) -> None:
    with portal(file_reply=Reply(REFUSALS[429][0], 429, JSON)) as server:
        for _ in range(2):
            with pytest.raises(FeedError), server.live_feed(tmp_path, pace=tmp_path / "pace") as feed:
                list(uspto.fetch(PATENT, feed))
    assert [one.url for one in server.asked].count(FILE) == 1


def test_a_refusal_is_not_taken_for_the_file_by_the_next_run(tmp_path: Path) -> None:
    refusal = Reply(REFUSALS[403][0], 403, JSON)
    with portal(file_reply=[refusal, Reply(status=302, headers={"Location": SIGNED})]) as server:
        with pytest.raises(FeedError, match="403"):
            fetched(server, tmp_path)
        (payload,) = fetched(server, tmp_path)
    assert payload.path.read_bytes() == archive()


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"no json", "JSON"),
        (b"[]", "; it must"),
        (b'{"count": 0, "bulkDataProductBag": []}', "; it must"),
        (b'{"bulkDataProductBag": [{"productFileBag": {"count": 1, "fileDataBag": ["x"]}}]}', "; it must"),
        (product(listed(9), count=36), "the list has 1 files; its count is 36"),
        (product(listed(9), count=0), "the list has 1 files; its count is 0"),
        (product(listed(9, fileName="g_patent_abstract.tsv.zip")), "g_patent_abstract"),
        (product(listed(9, fileDownloadURI="https://elsewhere.example.org/g_patent.tsv.zip")), "fileDownloadURI is"),
        (product(listed(9, fileDownloadURI=None)), "fileDownloadURI is"),
        (product(listed(9, fileSize="9")), "fileSize is '9'; it must be a valid integer"),
        (product(listed(9, fileReleaseDate=None)), "fileReleaseDate is None; it must be a text"),
    ],
)
def test_a_list_that_cannot_be_trusted_is_refused_before_any_download(body: bytes, said: str, tmp_path: Path) -> None:
    with portal(list_reply=Reply(body, headers=JSON)) as server, pytest.raises(PayloadError, match=said) as refusal:
        fetched(server, tmp_path)
    assert "g_patent" in str(refusal.value.payload)
    assert [one.url for one in server.asked] == [PRODUCT]


def test_a_file_of_another_size_is_refused(tmp_path: Path) -> None:
    with portal(files=[listed(len(archive()) + 1)]) as server, pytest.raises(FeedError) as refusal:
        fetched(server, tmp_path)
    assert str(len(archive()) + 1) in str(refusal.value).replace(",", "")


# --- reading


def test_quotes_line_ends_and_tabs_inside_a_cell(tmp_path: Path) -> None:
    assert rows_of(payload_of(tmp_path, PATENTS)) == [
        {
            "patent_id": "90000001",
            "patent_type": "utility",
            "patent_date": date(2020, 5, 5),
            "withdrawn": 0,
            "payload_pointer": "row 1",
        },
        {
            "patent_id": "D9000002",
            "patent_type": "design",
            "patent_date": date(2020, 5, 12),
            "withdrawn": 1,
            "payload_pointer": "row 2",
        },
    ]


CELLS = {"inventor_sequence": "0", "assignee_sequence": "1", "wipo_field_sequence": "2", "patent_date": "2020-05-05"}
CELLS |= {"withdrawn": "0"}


@pytest.mark.parametrize("resource", RESOURCES.values(), ids=lambda one: one.key)
def test_every_table_is_read_by_its_own_header(resource: Resource, tmp_path: Path) -> None:
    schema = uspto.TABLES[resource.ask["table"]]
    header = [*schema.names, "patent_title"]
    lines = ["\t".join(f'"{name}"' for name in header), "\t".join(CELLS.get(name, f'"{name} 1"') for name in header)]
    (row,) = rows_of(payload_of(tmp_path, "\n".join(lines).encode(), resource.key))
    assert list(row) == [*schema.names, "payload_pointer"]
    assert all(row[name] == f"{name} 1" for name in schema.names if name not in CELLS)


def changed(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    return lambda table: table.replace(old, new)


def test_columns_in_another_order_and_an_added_one_are_read_by_name(tmp_path: Path) -> None:
    target = io.StringIO(newline="")
    lines = csv.reader(io.StringIO(PATENTS.decode(), newline=""), delimiter="\t")
    csv.writer(target, delimiter="\t").writerows(["more", *reversed(cells)] for cells in lines)
    before, after = (rows_of(payload_of(tmp_path, table)) for table in (PATENTS, target.getvalue().encode()))
    assert after == before


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (changed(b'"withdrawn"', b'"is_withdrawn"'), "withdrawn"),
        (
            lambda table: table.replace(b'\t"filename"', b'\t"filename"\t"time_unit"').replace(b"xml", b'xml"\t"'),
            r"columns unexpected: \['time_unit'\]",
        ),
        (changed(b'"2020-05-12"', b'"12/05/2020"'), "patent_date"),
        (changed(b'"D9000002"', b""), "patent_id is empty"),
        (changed(b"Synthetic chair", b"Synth\xe9tic chair"), "the delimited text cannot be read:"),
        (changed(b'\t1\t1\t"ipg.xml"\n', b"\t1\t1\n"), "the delimited text cannot be read:"),
        (lambda table: table[: table.index(b"\n") + 1], "no row behind the header"),
    ],
    ids=["missing column", "column with a unit", "no date", "no number", "encoding", "short row", "no rows"],
)
def test_a_table_that_is_not_as_declared_is_refused(
    change: Callable[[bytes], bytes], said: str, tmp_path: Path
) -> None:
    with pytest.raises(PayloadError, match=said) as refusal:
        rows_of(payload_of(tmp_path, change(PATENTS)))
    assert "g_patent" in str(refusal.value.payload)


def test_a_file_without_a_day_of_release_is_refused(tmp_path: Path) -> None:
    payload = payload_of(tmp_path, PATENTS)
    with pytest.raises(PayloadError, match="ISO date"):
        rows_of(replace(payload, origin=replace(payload.origin, stamp=None)))


# --- the sample


def sample(key: str, folder: Path) -> list[dict[str, Any]]:
    (edition,) = editions_of("uspto")
    answers: list[Answer] = list(uspto.fetch(RESOURCES[key], edition))
    (payload,) = land(folder, answers)
    assert payload.origin.excerpt, "what is not the whole says so"
    assert payload.origin.compiler, "and through whom it came"
    return rows_of(payload)


def test_the_sample_is_164_patents_with_the_countries_on_each(tmp_path: Path) -> None:
    patents = sample("g_patent", tmp_path)
    assert len(patents) == len({one["patent_id"] for one in patents}) == 164
    assert {one["patent_date"] for one in patents} == {date(2000, 1, 4)}
    places = {one["location_id"]: one["disambig_country"] for one in sample("g_location_disambiguated", tmp_path)}
    inventors = sample("g_inventor_disambiguated", tmp_path)
    countries = [places[one["location_id"]] for one in inventors if one["patent_id"] == "6009582"]
    assert sorted(countries) == ["CH", "CH", "CH", "CH", "CH", "US", "US"]
    assert {one["patent_id"] for one in inventors} == {one["patent_id"] for one in patents}
