"""The page on which people sign in with the token, and the answer to it."""

from __future__ import annotations

import logging
from urllib.parse import parse_qs

from jinja2 import Environment
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from orchestration.service.access import Access
from orchestration.service.refusals import SIGN_IN
from orchestration.service.sessions import COOKIE, LASTS, is_token, new_session

LONGEST_FORM = 8_000
"""Bytes of a filled-in form."""

_LOG = logging.getLogger("bilateral.service")
_PAGE = Environment(autoescape=True).from_string("""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Bilateral: sign in</title>
<style>
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 24rem; margin: 15vh auto; padding: 0 1rem; color: #1a1a1a; background: #fff }
input, button { font: inherit; padding: .5rem; box-sizing: border-box; width: 100%; margin-top: .5rem }
p[role=alert] { color: #a40000 }
</style>
</head>
<body>
<main>
<h1>Bilateral</h1>
{% if wrong %}<p role="alert">This is not the token.</p>{% endif %}
<form method="post" action="{{ action }}">
<input type="hidden" name="next" value="{{ next }}">
<label for="token">Token of this service</label>
<input id="token" name="token" type="password" autocomplete="current-password" required autofocus>
<button type="submit">Sign in</button>
</form>
</main>
</body>
</html>
""")


def sign_in_page(page: str, wrong: bool = False) -> Response:
    """The page; ``page`` is where the reader goes once signed in."""
    text = _PAGE.render(action=SIGN_IN, next=_own_path(page), wrong=wrong)
    return HTMLResponse(text, status_code=401, headers={"Cache-Control": "no-store"})


async def answer_sign_in(access: Access, request: Request) -> Response:
    """The answer to a filled-in page: a session and the page that was wanted, or the page again."""
    body = await _limited_body(request)
    form = {name: values[0] for name, values in parse_qs(body.decode("utf-8", "replace")).items()}
    wanted = _own_path(form.get("next", "/"))
    if not access.token or not is_token(form.get("token", ""), access.token):
        _LOG.warning(
            "sign-in refused: wrong token, from %s", request.client.host if request.client else "an unknown peer"
        )
        return sign_in_page(wanted, wrong=True)
    response = RedirectResponse(wanted, status_code=303)
    response.set_cookie(
        COOKIE, new_session(access.token), max_age=LASTS, httponly=True, samesite="lax", secure=access.is_encrypted
    )
    return response


async def _limited_body(request: Request) -> bytes:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LONGEST_FORM:
            return b""
    return body


def _own_path(path: str) -> str:
    """A path of this service; the first page for what would lead elsewhere."""
    is_own = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable() and path != SIGN_IN
    return path if is_own else "/"
