"""The guard before the UI, attacked over real connections: what a foreign page, a foreign name or nobody in particular may not do."""

from __future__ import annotations

import json
from collections.abc import Iterator
from ipaddress import ip_network

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin, Subprotocol

from orchestration.service.guard import LARGEST_BODY
from tests.unit.service.guarded_server import MUTATION, GuardedServer, guarded_server


@pytest.fixture(scope="module")
def open_server() -> Iterator[GuardedServer]:
    """A server on this machine."""
    with guarded_server() as server:
        yield server


@pytest.fixture
def server(open_server: GuardedServer) -> GuardedServer:
    open_server.reached.clear()
    return open_server


def test_the_ui_and_curl_on_this_machine_are_served(server: GuardedServer) -> None:
    own = f"http://127.0.0.1:{server.port}"
    assert server.ask("GET", "/runs", Accept="text/html").status == 200
    assert server.mutate().status == 200
    assert server.mutate(Origin=own, Sec_Fetch_Site="same-origin").status == 200
    assert server.mutate(Content_Type="application/json; charset=utf-8").status == 200
    assert len(server.reached) == 4


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1"},
        {"Origin": "http://localhost:8888"},
        {"Origin": "https://127.0.0.1:{port}"},
        {"Origin": "http://127.0.0.1:{port}.evil.example"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
        {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "navigate", "Sec_Fetch_Dest": "document"},
    ],
    ids=str,
)
def test_a_page_of_another_origin_changes_nothing(server: GuardedServer, headers: dict[str, str]) -> None:
    answer = server.mutate(**{name: value.format(port=server.port) for name, value in headers.items()})
    assert answer.status == 403
    assert "another" in answer.text
    assert "what to do: " in answer.text
    assert server.reached == []


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
def test_what_a_form_can_send_is_no_mutation(server: GuardedServer, kind: str) -> None:
    assert server.mutate(Content_Type=kind).status == 415
    assert server.mutate(Content_Type=f"{kind}; application/json").status == 415
    assert server.reached == []


def test_a_post_without_a_body_or_kind_is_refused(server: GuardedServer) -> None:
    for path in ("/report_asset_materialization/release", "/report_asset_check/x", "/report_asset_observation/x"):
        assert server.ask("POST", path).status == 415
        assert server.ask("POST", path, Content_Type="application/json").status == 413
        assert (
            server.ask("POST", path, "{}", Content_Type="application/json", Origin="http://evil.example").status == 403
        )
    assert server.ask("POST", f"/graphql?query={MUTATION.replace(' ', '%20')}").status == 415
    assert server.reached == []


def test_two_kinds_of_one_body_are_refused(server: GuardedServer) -> None:
    lines = ("POST /graphql HTTP/1.1", f"Host: 127.0.0.1:{server.port}", "Content-Length: 2")
    assert server.raw(*lines, "Content-Type: application/json", "Content-Type: text/plain", body="{}") == 415
    assert server.reached == []


@pytest.mark.parametrize(
    "body",
    [
        '[{"query": "{ version }"}]',
        "7",
        "{}",
        "{broken",
        "[" * 100_000,
        '{"query": 7}',
        '{"query": "{ version }", "variables": [1]}',
        '{"query": "{ version }", "operationName": {}}',
    ],
    ids=["list", "number", "empty", "broken", "deep", "query", "variables", "name"],
)
def test_a_body_that_is_not_one_graphql_request_is_refused_with_a_reason(server: GuardedServer, body: str) -> None:
    answer = server.ask("POST", "/graphql", body, Content_Type="application/json")
    assert answer.status == 400
    assert "not one GraphQL request" in answer.text
    assert server.reached == []


def test_a_body_without_bounds_is_refused(server: GuardedServer) -> None:
    lines = ("POST /graphql HTTP/1.1", f"Host: 127.0.0.1:{server.port}", "Content-Type: application/json")
    assert server.raw(*lines, "Transfer-Encoding: chunked", body="2\r\n{}\r\n0\r\n\r\n") == 413
    assert server.raw(*lines, f"Content-Length: {LARGEST_BODY + 1}") == 413
    assert server.reached == []


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_an_image_executes_no_query(server: GuardedServer, method: str) -> None:
    path = f"/graphql?query={MUTATION.replace(' ', '%20')}"
    assert server.ask(method, path, Accept="image/avif,*/*").status == 405
    assert server.ask(method, path).status == 405
    assert server.ask(method, f"/graphql/?query={MUTATION.replace(' ', '%20')}").status == 405
    image = {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "no-cors", "Sec_Fetch_Dest": "image"}
    assert server.ask(method, path, Accept="text/html", **image).status == 403
    assert server.reached == []


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
def test_other_methods_are_refused(server: GuardedServer, method: str) -> None:
    assert server.ask(method, "/graphql", "{}", Content_Type="application/json").status == 405
    assert server.reached == []


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:{port}",
        "127.0.0.1.evil.example:{port}",
        "localhost.evil.example",
        "evil.example@127.0.0.1",
        "127.0.0.1:{port}:1",
        "127.0.0.1 evil.example",
        "2130706433",
        "",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_foreign_name_of_this_machine_is_refused(server: GuardedServer, host: str, method: str) -> None:
    """DNS rebinding: the page's own name resolves to 127.0.0.1, so that its requests are of the same origin."""
    name = host.format(port=server.port)
    kind = ("Content-Type: application/json", "Content-Length: 2", f"Origin: http://{name}")
    status = server.raw(f"{method} /graphql HTTP/1.1", f"Host: {name}", "Accept: text/html", *kind, body="{}")
    assert status in (400, 421)
    assert server.reached == []


def test_a_request_with_two_names_or_none_is_refused(server: GuardedServer) -> None:
    assert server.raw("GET / HTTP/1.1", "Host: localhost", "Host: evil.example") in (400, 421)
    assert server.raw("GET / HTTP/1.0") == 421
    assert server.reached == []


@pytest.mark.parametrize("name", ["localhost", "LOCALHOST", "127.0.0.1", "[::1]"])
def test_every_name_of_this_machine_is_served(server: GuardedServer, name: str) -> None:
    """Whatever the port: a tunnel has another one."""
    assert server.raw("GET / HTTP/1.1", f"Host: {name}:1234") == 200


def test_no_page_frames_the_ui_and_none_reads_it(server: GuardedServer) -> None:
    headers = server.ask("GET", "/", Accept="text/html").headers
    assert headers["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "Access-Control-Allow-Origin" not in headers
    assert "frame-ancestors 'none'" in server.ask("POST", "/graphql").headers["Content-Security-Policy"]


def test_a_link_of_another_site_opens_a_page(server: GuardedServer) -> None:
    link = {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "navigate"}
    assert server.ask("GET", "/runs/1", Accept="text/html", Sec_Fetch_Dest="document", **link).status == 200
    assert server.ask("GET", "/runs/1", Accept="text/html", Sec_Fetch_Dest="iframe", **link).status == 403


def subscribe(server: GuardedServer, path: str = "/graphql", origin: str | None = None) -> str:
    """Send a subscription over a WebSocket and return the answer.

    Raises:
        InvalidStatus: the handshake is refused.
    """
    with connect(
        f"ws://127.0.0.1:{server.port}{path}",
        origin=Origin(origin) if origin else None,
        subprotocols=[Subprotocol("graphql-ws")],
        open_timeout=20,
    ) as connection:
        connection.send(json.dumps({"type": "start", "payload": {"query": "subscription { pipelineRunLogs }"}}))
        return str(connection.recv(20))


def test_a_websocket_of_the_ui_subscribes(server: GuardedServer) -> None:
    assert subscribe(server, origin=f"http://127.0.0.1:{server.port}") == "seen"


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://localhost:1", "https://127.0.0.1:{port}"])
def test_a_websocket_of_another_origin_is_refused(server: GuardedServer, origin: str) -> None:
    with pytest.raises(InvalidStatus) as refused:
        subscribe(server, origin=origin.format(port=server.port))
    assert refused.value.response.status_code == 403
    assert server.reached == []


def test_a_websocket_under_a_foreign_name_or_at_another_path_is_refused(server: GuardedServer) -> None:
    handshake = (
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Version: 13",
    )
    assert server.raw("GET /graphql HTTP/1.1", "Host: evil.example", "Origin: http://evil.example", *handshake) == 403
    assert server.raw("GET /graphql HTTP/1.1", "Host: localhost", *handshake) == 101
    with pytest.raises(InvalidStatus):
        subscribe(server, path="/other")


def test_only_the_proxy_is_answered_where_other_machines_can_connect() -> None:
    with guarded_server(proxies=(ip_network("127.0.0.0/8"),)) as server:
        assert server.mutate().status == 200
    with guarded_server(proxies=(ip_network("192.0.2.7"),)) as server:
        for headers in (
            {},
            {"X_Forwarded_For": "192.0.2.7"},
            {"Forwarded": "for=192.0.2.7"},
            {"X_Real_IP": "192.0.2.7"},
        ):
            assert server.mutate(**headers).status == 403
        assert server.ask("GET", "/", Accept="text/html").status == 403
        with pytest.raises(InvalidStatus):
            subscribe(server)
        assert server.reached == []


def test_read_only_answers_questions_and_changes_nothing() -> None:
    with guarded_server(read_only=True) as server:
        json_kind = {"Content_Type": "application/json"}

        def status(query: object, path: str = "/graphql") -> int:
            return server.ask("POST", path, json.dumps({"query": query}), **json_kind).status

        assert status("{ runs }") == 200
        assert status("query A { runs }") == 200
        assert server.reached == ['POST /graphql {"query": "{ runs }"}', 'POST /graphql {"query": "query A { runs }"}']
        for query in (MUTATION, "{ runs } mutation B { launchRun }", "broken {", "{" * 5_000, "{ a }" * 50_000):
            assert status(query) == 403
        assert status("{ runs }", "/report_asset_materialization/release") == 403
        assert status("{ runs }", "/anything") == 403
        assert len(server.reached) == 2
