"""Middleware before the Dagster UI and the pages, which refuses requests of foreign pages, names and peers."""

from collections.abc import Collection
from contextlib import suppress
from typing import Any

from graphql import GraphQLError, OperationDefinitionNode, parse
from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.middleware.base import BaseHTTPMiddleware, RequestResponseEndpoint
from starlette.requests import ClientDisconnect, HTTPConnection, Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from orchestration.automation.alert_messages import UI as ADDRESS
from orchestration.service.access import Access

GRAPHQL = "/graphql"
LARGEST_BODY = 10_000_000
"""Bytes of a request; a run's configuration in the launchpad is a thousandth of it."""

LARGEST_DOCUMENT = 20_000
"""Tokens of a GraphQL document; the largest of the UI has a fifth of them."""

POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; worker-src 'self' blob:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
"""The Content-Security-Policy of the UI. Its pages bring a stricter rule for scripts, and browsers obey both."""

HEADERS = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def refusal(status: int, failure: str, remedy: str) -> PlainTextResponse:
    """Return the answer to a request that is refused: why, and what to do."""
    return PlainTextResponse(f"refused: {failure}\nwhat to do: {remedy}\n", status, {"Cache-Control": "no-store"})


class Guard(BaseHTTPMiddleware):
    """Refuses foreign requests and other ``methods``; ``policy`` is the Content-Security-Policy of every answer."""

    def __init__(
        self, app: ASGIApp, access: Access, policy: str = POLICY, methods: Collection[str] = ("GET", "HEAD", "POST")
    ) -> None:
        super().__init__(app)
        self._access, self._policy, self._methods = access, policy, methods

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "websocket":
            await super().__call__(scope, receive, send)
        elif not self._foreign(HTTPConnection(scope)) and scope["path"].rstrip("/") == GRAPHQL:
            await self.app(scope, receive, send)  # which executes subscriptions only
        else:
            await receive()
            await send({"type": "websocket.close", "code": 1008, "reason": "not a page of this service"})

    async def dispatch(self, request: Request, call_next: RequestResponseEndpoint) -> Response:
        refused = self._foreign(request) or self._wrong_request(request)
        if not refused and request.method == "POST":
            try:
                refused = self._wrong_body(request, await request.body())
            except ClientDisconnect:
                refused = refusal(400, "the body is incomplete", "send it again")
        response = refused or await call_next(request)
        response.headers.update(HEADERS)
        response.headers.append("Content-Security-Policy", self._policy)
        return response

    def _foreign(self, request: HTTPConnection) -> PlainTextResponse | None:
        """Refuse a peer that is not the proxy, a foreign name of this machine, and a page of another origin.

        A link to a page is let through.
        """
        headers, hosts = request.headers, request.headers.getlist("host")
        if not self._access.knows_peer(request.client.host if request.client else ""):
            return refusal(403, "the peer is not the proxy of this service", "open the public address of the service")
        if len(hosts) != 1 or not self._access.knows_host(hosts[0]):
            remedy = f"use one of {', '.join(sorted(self._access.hosts))}, or set {ADDRESS}"
            return refusal(421, "the Host of the request is not a name of this service", remedy)
        if not all(self._access.knows_origin(origin, hosts[0]) for origin in headers.getlist("origin")):
            remedy = f"open the UI itself, or set {ADDRESS}"
            return refusal(403, "the request comes from a page of another origin", remedy)
        is_link = headers.get("sec-fetch-mode") == "navigate" and headers.get("sec-fetch-dest") == "document"
        is_own = headers.get("sec-fetch-site", "none") in ("none", "same-origin")
        if is_own or (is_link and request.scope.get("method") == "GET"):
            return None
        return refusal(403, "the request comes from a page of another site", "open the address itself")

    def _wrong_request(self, request: Request) -> PlainTextResponse | None:
        """Refuse other methods, GraphQL by GET, and a POST without bounded JSON, which no form of a page can send."""
        if request.method not in self._methods:
            return refusal(405, f"the method is not {' or '.join(self._methods)}", "send one of these")
        if request.method != "POST":
            if request.url.path.rstrip("/") == GRAPHQL and "text/html" not in request.headers.get("accept", ""):
                return refusal(405, "GraphQL is answered for POST only", "send the query as JSON by POST")
            return None
        kinds, lengths = request.headers.getlist("content-type"), request.headers.getlist("content-length")
        if len(kinds) != 1 or kinds[0].partition(";")[0].strip().lower() != "application/json":
            return refusal(415, "the body is not declared as JSON", "send it with Content-Type: application/json")
        if len(lengths) != 1 or not lengths[0].isdigit() or not 0 < int(lengths[0]) <= LARGEST_BODY:
            failure = f"the body must have a stated length of 1 to {LARGEST_BODY:,} bytes"
            return refusal(413, failure, "send a shorter one")
        return None

    def _wrong_body(self, request: Request, body: bytes) -> PlainTextResponse | None:
        kinds: set[str] = set()
        if request.url.path.rstrip("/") == GRAPHQL:
            try:
                kinds = _GraphQLRequest.model_validate_json(body).kinds
            except ValidationError:
                remedy = 'send one JSON object such as {"query": "{ version }"}; lists are not answered'
                return refusal(400, "the body is not one GraphQL request", remedy)
        if self._access.read_only and kinds != {"query"}:
            return refusal(403, "this service is read-only", "start it without --read-only, or use the command line")
        return None


class _GraphQLRequest(BaseModel):
    """The body of a GraphQL request: one JSON object, not a list."""

    model_config = ConfigDict(strict=True)
    query: str
    variables: dict[str, Any] | None = None
    operationName: str | None = None  # noqa: N815 (its name on the wire)

    @property
    def kinds(self) -> set[str]:
        """Return the kinds of all operations, such as query and mutation; none if the text is not GraphQL."""
        with suppress(GraphQLError, RecursionError):
            document = parse(self.query, max_tokens=LARGEST_DOCUMENT)
            return {node.operation.value for node in document.definitions if isinstance(node, OperationDefinitionNode)}
        return set()
