"""The guard before the UI, attacked over real connections: what a foreign page, a foreign name or nobody in particular may not do."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin, Subprotocol

from orchestration.service.refusals import LARGEST_BODY
from tests.unit.service.guarded_server import MUTATION, GuardedServer, guarded_server

TOKEN = "correct-horse-battery-staple-0123456789"
SUBSCRIPTION = "subscription { pipelineRunLogs }"


@pytest.fixture(scope="module")
def open_server() -> Iterator[GuardedServer]:
    """A server on this machine that asks for no sign-in."""
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
    assert server.raw(*lines, "Content-Type: application/json", body="{}") == 200
    assert server.reached == ["POST /graphql {}"]


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


def websocket(server: GuardedServer, *messages: dict[str, object], path: str = "/graphql", **headers: str) -> list[str]:
    """Send messages over a WebSocket; return the answers until it is closed.

    Raises:
        InvalidStatus: the handshake is refused.
    """
    origin, answers = headers.pop("Origin", None), []
    with connect(
        f"ws://127.0.0.1:{server.port}{path}",
        origin=Origin(origin) if origin else None,
        subprotocols=[Subprotocol("graphql-ws")],
        additional_headers={name.replace("_", "-"): value for name, value in headers.items()},
        open_timeout=20,
    ) as connection:
        for message in messages:
            connection.send(json.dumps(message))
            try:
                answers.append(str(connection.recv(20)))
            except ConnectionClosed as closed:
                answers.append(closed.rcvd.reason if closed.rcvd else "")
                break
    return answers


def start(query: str) -> dict[str, object]:
    return {"type": "start", "id": "1", "payload": {"query": query}}


def test_a_websocket_of_the_ui_subscribes(server: GuardedServer) -> None:
    own = f"http://127.0.0.1:{server.port}"
    assert websocket(server, {"type": "connection_init"}, start(SUBSCRIPTION), Origin=own) == ["seen", "seen"]


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://localhost:1", "https://127.0.0.1:{port}"])
def test_a_websocket_of_another_origin_is_refused(server: GuardedServer, origin: str) -> None:
    with pytest.raises(InvalidStatus) as refused:
        websocket(server, start(SUBSCRIPTION), Origin=origin.format(port=server.port))
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
        websocket(server, start(SUBSCRIPTION), path="/other")


@pytest.mark.parametrize(
    "query",
    [MUTATION, "{ runs }", f"{SUBSCRIPTION} {MUTATION}", "not GraphQL", "fragment f on Query { a }", "{" * 5_000],
    ids=["mutation", "query", "both", "unreadable", "without an operation", "deep"],
)
def test_a_websocket_mutates_nothing(server: GuardedServer, query: str) -> None:
    assert websocket(server, start(query)) == ["a WebSocket takes subscriptions only"]
    assert server.reached == []


@pytest.fixture(scope="module")
def secret_server() -> Iterator[GuardedServer]:
    with guarded_server(token=TOKEN) as server:
        yield server


@pytest.fixture
def secret(secret_server: GuardedServer) -> GuardedServer:
    secret_server.reached.clear()
    return secret_server


def signed_in(server: GuardedServer, token: str = TOKEN, **headers: str) -> tuple[int, str]:
    """The status of a filled-in sign-in page, and the cookie that it sets."""
    form = {"Content_Type": "application/x-www-form-urlencoded"} | headers
    answer = server.ask("POST", "/sign-in", f"token={token}&next=%2Fruns", **form)
    return answer.status, answer.headers.get("Set-Cookie", "")


def test_without_the_token_nothing_is_shown_or_done(secret: GuardedServer) -> None:
    page = secret.ask("GET", "/runs?a=1", Accept="text/html")
    assert page.status == 401
    assert 'type="password"' in page.text
    assert 'value="/runs?a=1"' in page.text
    for path in ("/", "/server_info", "/logs/x", "/download_debug/1", "/sign-in"):
        assert secret.ask("GET", path).status == 401
    assert secret.ask("GET", f"/?token={TOKEN}").status == 401, "a secret in an address is no sign-in"
    assert secret.mutate().status == 401
    assert secret.mutate(Authorization="Bearer wrong").status == 401
    assert secret.mutate(Cookie="bilateral_session=99999999999.00.00").status == 401
    assert secret.mutate(X_Forwarded_User="somebody").status == 401
    with pytest.raises(InvalidStatus):
        websocket(secret, start(SUBSCRIPTION))
    assert secret.reached == []


def test_the_token_signs_in_and_its_cookie_serves(secret: GuardedServer) -> None:
    status, cookie = signed_in(secret)
    assert status == 303
    assert {part.strip().lower() for part in cookie.split(";")[1:]} >= {"httponly", "samesite=lax", "path=/"}
    assert TOKEN not in cookie
    session = cookie.partition(";")[0]
    assert secret.ask("GET", "/runs", Accept="text/html", Cookie=session).text == "the UI"
    assert secret.mutate(Cookie=session).status == 200
    assert secret.mutate(Authorization=f"Bearer {TOKEN}").status == 200
    assert websocket(secret, start(SUBSCRIPTION), Cookie=session) == ["seen"]
    assert secret.mutate(Cookie=session, Origin="http://evil.example").status == 403, (
        "a session is no way around the rules"
    )
    assert secret.mutate(Cookie=session[:-1] + ("0" if session[-1] != "0" else "1")).status == 401
    with guarded_server(token=TOKEN + "x") as other:
        assert other.mutate(Cookie=session).status == 401, "another token ends every session"


def test_a_wrong_token_is_refused_and_not_repeated(secret: GuardedServer, caplog: pytest.LogCaptureFixture) -> None:
    form = {"Content_Type": "application/x-www-form-urlencoded"}
    answer = secret.ask("POST", "/sign-in", "token=wrong-token-of-somebody&next=%2F", **form)
    assert answer.status == 401
    assert "This is not the token." in answer.text
    assert "Set-Cookie" not in answer.headers
    assert "wrong-token-of-somebody" not in answer.text + caplog.text
    assert "sign-in refused: wrong token, from 127.0.0.1" in caplog.text
    assert signed_in(secret, Origin="http://evil.example")[0] == 403
    assert signed_in(secret, Content_Type="text/plain")[0] == 415


@pytest.mark.parametrize(
    "wanted", ["//evil.example", "https://evil.example", "/\\evil.example", "%0d%0aSet-Cookie:a", ""]
)
def test_signing_in_leads_to_this_service_only(secret: GuardedServer, wanted: str) -> None:
    form = {"Content_Type": "application/x-www-form-urlencoded"}
    answer = secret.ask("POST", "/sign-in", f"token={TOKEN}&next={wanted}", **form)
    assert answer.headers["Location"] == "/"


def test_a_page_that_is_asked_for_cannot_write_into_the_sign_in_page(secret: GuardedServer) -> None:
    page = secret.ask("GET", "/%22%3E%3Cscript%3Ealert(1)%3C/script%3E", Accept="text/html")
    assert "<script" not in page.text


def test_the_cookie_is_for_https_where_people_use_https() -> None:
    with guarded_server(token=TOKEN, address="https://bilateral.example.org", hosts=frozenset({"127.0.0.1"})) as server:
        assert "Secure" in signed_in(server)[1]


def test_a_proxy_that_is_known_vouches_for_people() -> None:
    with guarded_server(user_header="X-Forwarded-User") as server:
        assert server.mutate().status == 401
        assert server.mutate(X_Forwarded_User=" ").status == 401
        assert server.mutate(X_Forwarded_User="ada").status == 200
        assert "proxy" in server.ask("GET", "/", Accept="text/html").text
    with guarded_server(user_header="X-Forwarded-User", proxies=()) as server:
        assert server.mutate(X_Forwarded_User="ada").status == 401, "from an address that is not the proxy's"
        assert server.mutate(X_Forwarded_User="ada", X_Forwarded_For="127.0.0.1").status == 401


def test_read_only_answers_questions_and_changes_nothing() -> None:
    with guarded_server(read_only=True) as server:
        json_kind = {"Content_Type": "application/json"}

        def status(query: object, path: str = "/graphql") -> int:
            return server.ask("POST", path, json.dumps({"query": query}), **json_kind).status

        assert status("{ runs }") == 200
        assert status("query A { runs }") == 200
        assert server.reached == ['POST /graphql {"query": "{ runs }"}', 'POST /graphql {"query": "query A { runs }"}']
        for query in (MUTATION, "{ runs } mutation B { launchRun }", "broken {", 7, "{" * 5_000, "{ a }" * 50_000):
            assert status(query) == 403
        assert status("{ runs }", "/report_asset_materialization/release") == 403
        assert status("{ runs }", "/anything") == 403
        assert server.ask("POST", "/graphql", '[{"query": "mutation { launchRun }"}]', **json_kind).status == 403
        assert server.ask("POST", "/graphql", "[" * 100_000, **json_kind).status == 403
        assert len(server.reached) == 2
