"""`import bilateral`: releases as frames, verified, bounded, without the pipeline. All figures are made up."""

import hashlib
import json
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import duckdb
import pytest

import bilateral
from orchestration.contracts.metric import COLUMN_TYPES
from orchestration.reading import transfer

COLUMNS = ", ".join(f"{name} {kind}" for name, kind in COLUMN_TYPES.items())
FIGURES = [  # area, year, value, status, basis, source, vintage, is latest, is preferred
    ("USA", 2016, 100.0, "A", "reported", "world_bank", "2018-08-01", False, False),
    ("USA", 2016, 110.0, "A", "reported", "world_bank", "2026-07-01", True, True),
    ("USA", 1960, 0.0, "A", "reported", "world_bank", "2018-08-01", False, False),  # the publisher withdrew the year
    ("USA", 2017, None, "Q", "reported", "wto", "2018-12-12", True, False),
    ("USA", 2017, 7.0, "E", "balanced", "oecd", "2026-01-01", True, False),
    ("USA", 2016, 90.0, "A", "reported", "publications", "2019-01-01", True, False),
    ("W00", 2016, 900.0, "A", "reported", "world_bank", "2026-07-01", True, False),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A release folder with one metric."""
    folder = tmp_path / "release"
    (folder / "parquet").mkdir(parents=True)
    with duckdb.connect(":memory:") as made:
        made.execute(f"create table metric_vintages ({COLUMNS})")
        for area, year, value, status, basis, source, vintage, is_latest, is_preferred in FIGURES:
            made.execute(
                "insert into metric_vintages values ('ip_receipts', 'receipts', ?, 'W00', 'SH', 'reference_year', '_Z', ?, null, "
                "?, 'USD', ?, ?, ?, ?, ?, ?)",
                [area, year, value, status, basis, source, vintage, is_latest, is_preferred],
            )
        made.execute(
            "create table ip_receipts_all as select * exclude (is_latest) from metric_vintages where is_latest"
        )
        made.execute(
            "create table ip_receipts as select * exclude (is_preferred) from ip_receipts_all where is_preferred"
        )
        made.execute("create table dim_area as select 'USA' as area")
        tables = ("metric_vintages", "ip_receipts", "ip_receipts_all", "dim_area")
        for table in tables:
            made.execute(f"copy {table} to '{folder}/parquet/{table}.parquet' (format parquet)")
    (folder / "datapackage.json").write_text(
        json.dumps({"resources": [{"name": "ip_receipts", "citation": "Bilateral, table ip_receipts."}]})
    )
    files = {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*.*")
    }
    content = {
        "id": "r1",
        "format": 3,
        "metrics": {"ip_receipts": {}, "specialisation": {}},
        "tables": dict.fromkeys(tables, 1),
        "no_data": {"ownership": ["uspto"]},
        "answers": {"specialisation": {"question": "In which field?", "none": "it is an index", "ask": "select 1"}},
    }
    (folder / "release.json").write_text(json.dumps({**content, "files": files}))
    return folder


@pytest.fixture
def address(folder: Path) -> Iterator[tuple[str, list[str]]]:
    """The folder at an address of this machine, and the paths that were requested."""
    requested: list[str] = []

    class Handler(SimpleHTTPRequestHandler):
        def do_GET(self) -> None:
            requested.append(self.path)
            if self.path.startswith("/moved/"):
                self.send_response(302)
                self.send_header("Location", self.path.removeprefix("/moved/").removesuffix("release.json"))
                self.end_headers()
            elif self.path.startswith("/slow/"):
                with suppress(OSError):  # the client ends it
                    self.wfile.write(b"HTTP/1.1 200 OK\r\n")
                    if "chunks" in self.path:
                        self.wfile.write(b"Transfer-Encoding: chunked\r\n\r\n1;x=")
                    while True:
                        self.wfile.write(b"a")
                        time.sleep(0.1)
            elif self.path.startswith("/status/"):
                self.send_response(404, "\x1b[2J gone")
                self.end_headers()
            else:
                super().do_GET()

        def log_message(self, *_: object) -> None:
            """Keep the output of tests clean."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(folder)))
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", requested
    server.shutdown()
    server.server_close()


def test_figures_come_as_the_frame_that_is_needed_with_unit_and_status(folder: Path) -> None:
    receipts = bilateral.open(folder).metric("ip_receipts", area="USA", source="world_bank", year=range(2010, 2020))
    assert len(receipts) == 1
    assert receipts.pandas()[["value", "unit", "obs_status"]].values.tolist() == [[110.0, "USD", "A"]]
    assert receipts.polars()["value"].to_list() == receipts.arrow()["value"].to_pylist() == [110.0]
    assert receipts.cite() == "Bilateral, table ip_receipts."


def test_the_bare_name_has_one_figure_and_its_complete_table_has_all(folder: Path) -> None:
    release = bilateral.open(folder)
    assert release.metric("ip_receipts").arrow()["value"].to_pylist() == [110.0]
    assert len(release.metric("ip_receipts_all")) == len(release.table("ip_receipts_all")) == 5
    with pytest.raises(bilateral.BilateralError, match=r"preferred\(\) is gone\n.*metric\('ip_receipts'\)"):
        release.preferred("ip_receipts", kind="country")


def test_a_release_of_format_2_is_read_as_before(folder: Path) -> None:
    path = folder / "release.json"
    content = json.loads(path.read_text())
    content["files"]["parquet/ip_receipts.parquet"] = content["files"]["parquet/ip_receipts_all.parquet"]
    (folder / "parquet" / "ip_receipts_all.parquet").replace(folder / "parquet" / "ip_receipts.parquet")
    path.write_text(json.dumps({**content, "format": 2}))
    release = bilateral.open(folder)
    assert len(release.metric("ip_receipts")) == len(release.metric("ip_receipts_all")) == 5
    assert len(release.as_of("2019-12-31").metric("ip_receipts", area="USA")) == 4


def test_the_release_as_of_a_day_knows_the_vintages_up_to_it(folder: Path) -> None:
    release = bilateral.open(folder)

    def known(day: str, name: str) -> list[tuple[int, float | None, str]]:
        rows = release.as_of(day).table(name).arrow().to_pylist()
        return [(row["year"], row["value"], row["source"]) for row in rows if row["area"] == "USA"]

    first = [(1960, 0.0, "world_bank"), (2016, 100.0, "world_bank")]
    assert known("2018-08-01", "ip_receipts_all") == first
    every = [first[0], (2016, 90.0, "publications"), first[1], (2017, None, "wto")]
    assert sorted(known("2019-12-31", "ip_receipts_all")) == every
    assert known("2019-12-31", "ip_receipts") == first, "the preferred source in its vintage of the day"
    today = release.as_of("2026-12-31")
    assert today.metric("ip_receipts").arrow() == release.metric("ip_receipts").arrow()
    assert today.metric("ip_receipts_all").arrow() == release.metric("ip_receipts_all").arrow()
    with pytest.raises(bilateral.BilateralError, match="dim_area is known of the release, not as of 2018"):
        release.as_of("2018-08-01").table("dim_area")
    with pytest.raises(bilateral.BilateralError, match="explains no figures"):
        release.as_of("2018-08-01").explain("ip_receipts", "USA", 2016)


def test_an_address_is_fetched_once_per_file(folder: Path, address: tuple[str, list[str]], tmp_path: Path) -> None:
    served, requested = address
    for _ in range(2):
        release = bilateral.open(served, cache=tmp_path / "cache")
        assert release.metric("ip_receipts").arrow() == bilateral.open(folder).metric("ip_receipts").arrow()
    assert requested == ["/release.json", "/parquet/ip_receipts.parquet", "/release.json"]
    kept = release.path("parquet/ip_receipts.parquet")
    kept.write_bytes(b"damaged")
    assert len(bilateral.open(served, cache=tmp_path / "cache").metric("ip_receipts")) == 1, "it is fetched again"


def test_foreign_bytes_are_refused(folder: Path, address: tuple[str, list[str]], tmp_path: Path) -> None:
    (folder / "parquet" / "ip_receipts.parquet").write_bytes(b"other")
    for place in (str(folder), address[0]):
        with pytest.raises(bilateral.BilateralError, match=r"ip_receipts\.parquet .* does not have the SHA-256"):
            bilateral.open(place, cache=tmp_path / "cache").metric("ip_receipts")
    assert not [*(tmp_path / "cache").rglob("*.parquet")]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"format": 4}, "a later version published"),
        ({"files": {"../../escaped": "0" * 64}}, "no file '../../escaped'"),
        ({"files": {"x": "no hash"}}, "is not that of a release"),
        ({"id": 1}, "is not that of a release"),
    ],
)
def test_a_hostile_or_later_release_is_refused(folder: Path, change: dict[str, object], message: str) -> None:
    path = folder / "release.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(bilateral.BilateralError, match=message):
        bilateral.open(folder).path("../../escaped")


@pytest.mark.parametrize(
    ("place", "message"),
    [
        ("http://figures.example.org/", "is not an https address"),
        ("file:///etc/", "is not an https address"),
        ("https://name:word@figures.example.org/", "no user, password"),
        ("no/folder", "is no release"),
    ],
)
def test_other_places_are_refused(place: str, message: str) -> None:
    with pytest.raises(bilateral.BilateralError, match=message):
        bilateral.open(place)


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("http://figures.example.org/", r"'http://figures\.example\.org/' is not an https"),
        ("http://127.0.0.1/", "it is not https"),
        ("https://127.0.0.1/", r"its address 127\.0\.0\.1 is not a public one"),
        ("https://169.254.169.254/", "is not a public one"),
        ("https://[::1]/", "is not a public one"),
    ],
)
def test_redirects_stay_public_and_https(address: tuple[str, list[str]], target: str, message: str) -> None:
    with pytest.raises(bilateral.BilateralError, match=message):
        bilateral.open(f"{address[0]}/moved/{target}")


@pytest.mark.parametrize("part", ["headers", "chunks"])
def test_a_slow_answer_times_out(address: tuple[str, list[str]], part: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transfer, "SECONDS", 1.0)
    begun = time.monotonic()
    with pytest.raises(bilateral.BilateralError, match="took longer than 1 seconds"):
        bilateral.open(f"{address[0]}/slow/{part}")
    assert time.monotonic() - begun < 5


def test_terminals_get_no_raw_bytes(
    folder: Path, address: tuple[str, list[str]], capfd: pytest.CaptureFixture[str]
) -> None:
    content = json.loads((folder / "release.json").read_text())
    tables = {**content["tables"], "\x1b[2Jt": 1}
    (folder / "release.json").write_text(json.dumps({**content, "id": "\x1b[2Jr", "tables": tables}))
    release = bilateral.open(folder)
    calls: tuple[Callable[[], object], ...] = (
        lambda: bilateral.open(f"{address[0]}/status/"),
        lambda: release.table("t"),
        lambda: release.path("x"),
    )
    for call in calls:
        try:
            call()
        except bilateral.BilateralError:
            traceback.print_exc()
    print(release, release.table("dim_area"))
    assert "\x1b" not in "".join(capfd.readouterr())


@pytest.mark.parametrize(
    ("name", "choices", "message"),
    [
        ("ip_receipt", {}, "did you mean ip_receipts"),
        ("ip_receipts", {"area": ["USA", "US"]}, "no figures of area 'US'"),
        ("ip_receipts", {"source": "wto"}, "no figures of source 'wto'(.|\n)*; ip_receipts_all may have others"),
        ("ip_receipts", {"year": 2050}, r"no figures of 2050\n.*the nearest year is 2016"),
        ("ip_receipts", {"year": "2023"}, r"the year '2023' is not a number\n.*pass year=2023"),
        ("ip_receipts", {"kind": "countries"}, r"not chosen by 'kind'\n.*choose by area"),
        (
            "specialisation",
            {},
            r"no figures under its own name: it is an index\n.*In which field\?.*specialisation_all",
        ),
        ("ownership", {}, r"ownership has no data yet\n.*fetch uspto"),
    ],
)
def test_unknown_names_get_the_nearest(folder: Path, name: str, choices: dict[str, Any], message: str) -> None:
    with pytest.raises(bilateral.BilateralError, match=message):
        bilateral.open(folder).metric(name, **choices)


def test_the_client_loads_duckdb_and_arrow_only(folder: Path) -> None:
    script = (
        "import sys; before = set(sys.modules)\n"
        "import bilateral; bilateral.open(sys.argv[1]).as_of('2020-01-01').metric('ip_receipts').arrow()\n"
        "print(*{name.partition('.')[0] for name in set(sys.modules) - before} - sys.stdlib_module_names)"
    )
    done = subprocess.run([sys.executable, "-c", script, folder], capture_output=True, text=True, check=True)
    loaded = {name for name in done.stdout.split() if not name.startswith("_")}
    assert (
        {"bilateral", "duckdb", "pyarrow"}
        <= loaded
        <= {"bilateral", "duckdb", "pyarrow", "orchestration", "numpy", "cython_runtime"}
    )
