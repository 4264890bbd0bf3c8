"""The guard before the Dagster UI: an ASGI application that answers what breaks a rule and passes on everything else."""

from __future__ import annotations

import json

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection, Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from orchestration.service.access import Access
from orchestration.service.operations import kinds_of
from orchestration.service.refusals import GRAPHQL, SIGN_IN, Refusal, not_signed_in, read_only, refusal_of
from orchestration.service.sessions import COOKIE, is_session, is_token
from orchestration.service.sign_in import answer_sign_in, sign_in_page

POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "font-src 'self' data:; worker-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
"""The Content-Security-Policy of every answer. Pages of the UI bring a stricter rule for scripts, and browsers obey both."""

HEADERS = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}

_POLICY_VIOLATION = 1008
"""The code with which a WebSocket is closed."""


class Guard:
    """An ASGI application that guards another one; ``policy`` is the Content-Security-Policy of every answer."""

    def __init__(self, app: ASGIApp, access: Access, policy: str = POLICY) -> None:
        self._app, self._access, self._policy = app, access, policy

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self._http(scope, receive, with_headers(send, self._policy))
        elif scope["type"] == "websocket":
            await self._websocket(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        answer = await self._answer(request)
        if answer is not None:
            await answer(scope, receive, send)
        elif self._access.read_only and request.method == "POST":
            await self._read_only(request, scope, send)
        else:
            await self._app(scope, receive, send)

    async def _answer(self, request: Request) -> Response | None:
        """The guard's own answer; None where the UI answers."""
        if refusal := refusal_of(self._access, request):
            return _plain(refusal)
        path: str = request.scope["path"]
        if path == SIGN_IN and request.method == "POST":
            return await answer_sign_in(self._access, request)
        if self._is_signed_in(request):
            return None
        if self._access.token and request.method == "GET" and "text/html" in request.headers.get("accept", ""):
            return sign_in_page(f"{path}?{request.url.query}" if request.url.query else path)
        return _plain(not_signed_in(self._access))

    async def _read_only(self, request: Request, scope: Scope, send: Send) -> None:
        """Pass on a POST that asks only."""
        body = await request.body()
        try:
            kinds = kinds_of(json.loads(body))
        except (ValueError, RecursionError):
            kinds = frozenset()
        if request.scope["path"] != GRAPHQL or kinds != {"query"}:
            await _plain(read_only())(scope, request.receive, send)
            return
        await self._app(scope, _again(body, request.receive), send)

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        connection = HTTPConnection(scope)
        refusal = refusal_of(self._access, connection)
        if refusal is None and not self._is_signed_in(connection):
            refusal = not_signed_in(self._access)
        if refusal:
            await receive()
            await send({"type": "websocket.close", "code": _POLICY_VIOLATION, "reason": refusal.failure})
            return
        await self._app(scope, _subscriptions_only(receive, send), send)

    def _is_signed_in(self, request: HTTPConnection) -> bool:
        access = self._access
        if not access.asks_for_sign_in:
            return True
        if access.user_header and request.client and access.is_proxy(request.client.host):
            users = request.headers.getlist(access.user_header)
            if len(users) == 1 and users[0].strip():
                return True
        if not access.token:
            return False
        kind, _, given = request.headers.get("authorization", "").partition(" ")
        if kind.lower() == "bearer" and is_token(given.strip(), access.token):
            return True
        return is_session(request.cookies.get(COOKIE, ""), access.token)


def _plain(refusal: Refusal) -> Response:
    return PlainTextResponse(refusal.text, status_code=refusal.status, headers={"Cache-Control": "no-store"})


def with_headers(send: Send, policy: str) -> Send:
    """``send`` with ``HEADERS`` and a Content-Security-Policy in every answer."""

    async def guarded(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers[name] = value
            headers.append("Content-Security-Policy", policy)
        await send(message)

    return guarded


def _again(body: bytes, rest: Receive) -> Receive:
    """A body that was read, to be read once more."""
    messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> Message:
        return messages.pop() if messages else await rest()

    return receive


def _subscriptions_only(receive: Receive, send: Send) -> Receive:
    """The messages of a WebSocket up to the first one that asks for more than a subscription."""

    async def guarded() -> Message:
        message = await receive()
        if message["type"] != "websocket.receive" or _asks_only(message):
            return message
        reason = "a WebSocket takes subscriptions only"
        await send({"type": "websocket.close", "code": _POLICY_VIOLATION, "reason": reason})
        return {"type": "websocket.disconnect", "code": _POLICY_VIOLATION}

    return guarded


def _asks_only(message: Message) -> bool:
    """Whether a message of the graphql-ws protocol starts nothing but a subscription."""
    try:
        content = json.loads(message.get("text") or message.get("bytes") or b"")
    except (ValueError, RecursionError):
        return False
    if not isinstance(content, dict):
        return False
    return content.get("type") != "start" or kinds_of(content.get("payload")) == {"subscription"}
