"""The guard before the UI: what a foreign page, a foreign name or nobody in particular may not do."""

import json
from ipaddress import ip_network
from typing import Any, NamedTuple

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect

from orchestration.service.access import Access
from orchestration.service.guard import GRAPHQL, LARGEST_BODY, Guard

HOST = "127.0.0.1:3000"
MUTATION = '{"query": "mutation { launchRun }"}'
QUERY = "?query=mutation%20%7B%20launchRun%20%7D"
JSON = {"Content-Type": "application/json"}
HTML = {"Accept": "text/html"}
LINK = HTML | {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
IMAGE = HTML | {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"}
REPORT = "/report_asset_materialization/release"


class Served(NamedTuple):
    """A client of an invented UI behind the guard, and what reached the UI."""

    client: TestClient
    reached: list[str]

    def post(self, body: str, path: str = GRAPHQL, **headers: str) -> int:
        return int(self.client.post(path, content=body, headers=JSON | headers).status_code)

    def subscribe(self, path: str = GRAPHQL, **headers: str) -> str:
        """Subscribe over a WebSocket and return the answer.

        Raises:
            WebSocketDisconnect: the handshake is refused.
        """
        with self.client.websocket_connect(path, ["graphql-ws"], headers={"Host": HOST} | headers) as socket:
            socket.send_text("subscription { pipelineRunLogs }")
            return socket.receive_text()


def served(peer: str = "127.0.0.1", **access: Any) -> Served:
    reached: list[str] = []

    async def ui(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            socket = WebSocket(scope, receive, send)
            await socket.accept("graphql-ws")
            reached.append(f"WS {await socket.receive_text()}")
            await socket.send_text("seen")
        else:
            request = Request(scope, receive)
            reached.append(f"{request.method} {request.url.path} {(await request.body()).decode()}".strip())
            await PlainTextResponse("the UI")(scope, receive, send)

    guard = Guard(ui, Access(**access))
    return Served(TestClient(guard, base_url=f"http://{HOST}", client=(peer, 5000)), reached)


def test_the_ui_and_curl_on_this_machine_are_served() -> None:
    server = served()
    assert server.client.get("/runs", headers=HTML).status_code == 200
    assert server.client.get("/runs/1", headers=LINK | {"Sec-Fetch-Dest": "document"}).status_code == 200
    assert server.post(MUTATION) == 200
    assert server.post(MUTATION, **{"Origin": f"http://{HOST}", "Sec-Fetch-Site": "same-origin"}) == 200
    assert server.post(MUTATION, **{"Content-Type": "application/json; charset=utf-8"}) == 200
    for name in ("localhost", "LOCALHOST", "127.0.0.1", "[::1]"):  # whatever the port: a tunnel has another one
        assert server.client.get("/", headers={"Host": f"{name}:1234"}).status_code == 200
    assert len(server.reached) == 9


FOREIGN_PAGES = (
    *({"Origin": origin} for origin in ("http://evil.example", "null", "http://127.0.0.1", "http://localhost:8888")),
    *({"Origin": origin} for origin in (f"https://{HOST}", f"http://{HOST}.evil.example")),
    *({"Sec-Fetch-Site": site} for site in ("cross-site", "same-site")),
    {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"},
)
FORMS = ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x")
NOT_GRAPHQL = (
    *('[{"query": "{ version }"}]', "7", "{}", "{broken", "[" * 100_000, '{"query": 7}'),
    *('{"query": "{ version }", "variables": [1]}', '{"query": "{ version }", "operationName": {}}'),
)
FOREIGN_NAMES = (
    *("evil.example", f"evil.example:{HOST[-4:]}", "127.0.0.1.evil.example:3000", "localhost.evil.example"),
    *("evil.example@127.0.0.1", "127.0.0.1:3000:1", "127.0.0.1 evil.example", "2130706433", ""),
)
"""DNS rebinding: the page's own name resolves to 127.0.0.1, so that its requests are of the same origin."""

REFUSED: list[tuple[int, str, str, dict[str, str], str]] = [
    *((403, "POST", GRAPHQL, JSON | headers, MUTATION) for headers in FOREIGN_PAGES),
    (403, "POST", REPORT, JSON | {"Origin": "http://evil.example"}, "{}"),
    (403, "GET", "/runs/1", LINK | {"Sec-Fetch-Dest": "iframe"}, ""),
    (403, "GET", GRAPHQL + QUERY, IMAGE, ""),
    *((415, "POST", GRAPHQL, {"Content-Type": kind}, MUTATION) for kind in FORMS),
    *((415, "POST", GRAPHQL, {"Content-Type": f"{kind}; application/json"}, MUTATION) for kind in FORMS),
    *((415, "POST", path, {}, "") for path in (REPORT, GRAPHQL + QUERY)),
    (413, "POST", REPORT, JSON, ""),
    (413, "POST", GRAPHQL, JSON | {"Content-Length": str(LARGEST_BODY + 1)}, "{}"),
    *((400, "POST", GRAPHQL, JSON, body) for body in NOT_GRAPHQL),
    *((405, method, GRAPHQL + QUERY, {"Accept": "image/avif,*/*"}, "") for method in ("GET", "HEAD")),
    (405, "GET", f"{GRAPHQL}/{QUERY}", {}, ""),
    *((405, method, GRAPHQL, JSON, "{}") for method in ("PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")),
    *((421, "GET", "/", HTML | {"Host": name}, "") for name in FOREIGN_NAMES),
    *((421, "POST", GRAPHQL, JSON | {"Host": name, "Origin": f"http://{name}"}, "{}") for name in FOREIGN_NAMES),
]


@pytest.mark.parametrize(("status", "method", "path", "headers", "body"), REFUSED)
def test_foreign_requests_reach_nothing(
    status: int, method: str, path: str, headers: dict[str, str], body: str
) -> None:
    server = served()
    answer = server.client.request(method, path, content=body, headers=headers)
    assert answer.status_code == status
    assert method == "HEAD" or "what to do: " in answer.text
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert server.reached == []


@pytest.mark.parametrize(
    ("status", "headers"),
    [
        (415, [("Content-Type", "application/json"), ("Content-Type", "text/plain")]),
        (421, [("Host", "localhost"), ("Host", "evil.example"), *JSON.items()]),
    ],
)
def test_a_header_that_comes_twice_is_refused(status: int, headers: list[tuple[str, str]]) -> None:
    server = served()
    assert server.client.post(GRAPHQL, content="{}", headers=headers).status_code == status
    assert server.reached == []


def test_only_a_websocket_of_the_ui_subscribes() -> None:
    server = served()
    assert server.subscribe(Origin=f"http://{HOST}") == "seen"
    server.reached.clear()
    for origin in ("http://evil.example", "null", "http://localhost:1", f"https://{HOST}"):
        with pytest.raises(WebSocketDisconnect):
            server.subscribe(Origin=origin)
    for path, headers in ((GRAPHQL, {"Host": "evil.example", "Origin": "http://evil.example"}), ("/other", {})):
        with pytest.raises(WebSocketDisconnect) as refused:
            server.subscribe(path, **headers)
        assert refused.value.code == 1008, "a violation of the policy"
    assert server.reached == []


def test_only_the_proxy_is_answered_where_other_machines_can_connect() -> None:
    assert served("192.0.2.7", proxies=(ip_network("192.0.2.0/24"),)).post(MUTATION) == 200
    server = served(proxies=(ip_network("192.0.2.7"),))
    for headers in ({}, {"X-Forwarded-For": "192.0.2.7"}, {"Forwarded": "for=192.0.2.7"}, {"X-Real-IP": "192.0.2.7"}):
        assert server.post(MUTATION, **headers) == 403
    assert server.client.get("/", headers=HTML).status_code == 403
    with pytest.raises(WebSocketDisconnect):
        server.subscribe()
    assert server.reached == []


def test_read_only_answers_queries_and_changes_nothing() -> None:
    server = served(read_only=True)
    for query in ("{ runs }", "query A { runs }"):
        assert server.post(json.dumps({"query": query})) == 200
    assert len(server.reached) == 2
    for query in ("mutation { a }", "{ runs } mutation B { a }", "broken {", "{" * 5_000, "{ a }" * 50_000):
        assert server.post(json.dumps({"query": query})) == 403
    for path in (REPORT, "/anything"):
        assert server.post('{"query": "{ runs }"}', path) == 403
    assert len(server.reached) == 2
