"""The pages beside the Dagster UI, for reading only: releases, guard reports of builds, and the compiled SQL of tables.

They have an origin of their own, since pages of a release bring scripts and the UI's origin may start runs. Links in the UI
lead to a path of the UI itself, which sends the browser on, so that they hold on any host and port.
"""

from __future__ import annotations

import sys
from dataclasses import replace

import click
from jinja2 import Environment
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from orchestration.core.errors import BilateralError, DbtError, ReleaseError
from orchestration.core.page_paths import LATEST, PAGES
from orchestration.core.settings import Settings
from orchestration.guards.guard_report import report_path
from orchestration.releases.release_store import published_releases, require_current
from orchestration.service.access import Access, access_to
from orchestration.service.guard import Guard
from orchestration.service.refusals import Refusal
from orchestration.service.site_server import POLICY, Files, listening, run_on
from orchestration.site.query_engine import engine_folder
from orchestration.transform.build import Build, kept_builds, latest_build

_SQL = Environment(autoescape=True).from_string("""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{ table }}: compiled {{ kind }}</title>
<style>
:root { color-scheme: light dark }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 76rem; margin: 0 auto; padding: 1.5rem 1rem 4rem }
pre { font: .875rem/1.5 ui-monospace, Menlo, Consolas, monospace; overflow-x: auto; padding: 1rem; border: 1px solid #8886; border-radius: .5rem }
</style>
</head>
<body>
<h1>{{ table }}</h1>
<p>The {{ kind }} that build {{ build }} ran, compiled from dbt_project/{{ path }}.</p>
<pre>{{ code }}</pre>
</body>
</html>
""")


def pages_app(settings: Settings, access: Access) -> ASGIApp:
    """The ASGI application of the pages, behind the guard of the UI."""
    pages = _Pages(settings)
    engine = engine_folder()
    routes: list[BaseRoute] = [
        Route("/", pages.current, methods=["GET"]),
        Route("/release/{path:path}", pages.current, methods=["GET"]),
        *([Mount("/releases/{release}/site/engine", Files(directory=engine))] if engine.is_dir() else []),
        Mount("/releases/{release}", pages.release),
        Route("/guards/{build}", pages.guards, methods=["GET"]),
        Route("/sql/{table}", pages.sql, methods=["GET"]),
    ]
    app = Starlette(routes=routes, exception_handlers={BilateralError: _refused})
    return Guard(app, replace(access, read_only=True, address=access.pages or access.address), POLICY)


class Beside:
    """The UI; what is asked for below ``PAGES`` is sent on to the port of the pages on the host that the reader used."""

    def __init__(self, app: ASGIApp, access: Access, port: int) -> None:
        self._app, self._access, self._port = app, access, port

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(f"{PAGES}/"):
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        answer = (
            _plain(_NOT_REACHED) if self._is_behind_proxy(request) else RedirectResponse(self._address(request), 307)
        )
        await answer(scope, receive, send)

    def _is_behind_proxy(self, request: Request) -> bool:
        """Whether the reader used the public address, which leads to the UI alone."""
        return not self._access.pages and self._access.is_public(request.headers["host"])

    def _address(self, request: Request) -> str:
        host = request.url.hostname or ""
        own = f"http://{f'[{host}]' if ':' in host else host}:{self._port}"
        public = self._access.pages if self._access.is_public(request.headers["host"]) else None
        query = f"?{request.url.query}" if request.url.query else ""
        return f"{public or own}{request.url.path.removeprefix(PAGES)}{query}"


class _Pages:
    """What is read: published releases, and builds that are kept."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._releases: dict[str, Files] = {}

    def current(self, request: Request) -> Response:
        """Lead to the same page of the current release, under its id: a page that is open stays one of its release."""
        path = request.path_params.get("path") or "site/index.html"
        return RedirectResponse(f"/releases/{require_current(self._settings).id}/{path}", 307)

    async def release(self, scope: Scope, receive: Receive, send: Send) -> None:
        """A file of a published release."""
        await self._files(scope["path_params"]["release"])(scope, receive, send)

    def _files(self, wanted: str) -> Files:
        if wanted not in self._releases:
            folders = {one.id: one.folder.resolve() for one in published_releases(self._settings)}
            if wanted not in folders:
                raise ReleaseError(
                    f"there is no release {wanted!r}",
                    remedy="it was removed, or the address is wrong: bilateral releases list",
                )
            self._releases[wanted] = Files(directory=folders[wanted])
        return self._releases[wanted]

    def guards(self, request: Request) -> Response:
        """The guard report of a build."""
        build = self._build(request.path_params["build"])
        if not report_path(build).is_file():
            raise DbtError(
                f"build {build.folder.name} has no guard report",
                remedy="it was not guarded to the end; look at its run",
            )
        return FileResponse(report_path(build), headers=_UNCHANGED_TODAY)

    def sql(self, request: Request) -> Response:
        """What the newest build that built a table ran for it."""
        table = request.path_params["table"]
        for build in kept_builds(self._settings):
            nodes = build.manifest()["nodes"].values() if build.artifacts[0].exists() else ()
            for node in nodes:
                if node["name"] == table and node["resource_type"] == "model" and node.get("compiled_code"):
                    text = _SQL.render(
                        table=table,
                        kind="Python" if node.get("language") == "python" else "SQL",
                        build=build.folder.name,
                        path=node["original_file_path"],
                        code=node["compiled_code"].strip(),
                    )
                    return HTMLResponse(text, headers=_UNCHANGED_TODAY)
        raise DbtError(
            f"no build that is kept built a model {table!r}", remedy="start the job refresh with rebuild: true"
        )

    def _build(self, wanted: str) -> Build:
        builds = kept_builds(self._settings)
        if wanted == LATEST:
            return next((one for one in builds if report_path(one).is_file()), latest_build(self._settings))
        found = {one.folder.name: one for one in builds}
        if wanted not in found:
            raise DbtError(
                f"build {wanted} is not kept any more",
                remedy=f"open {PAGES}/guards/{LATEST}, or the guards.html of the release that came of it",
            )
        return found[wanted]


_UNCHANGED_TODAY = {"Cache-Control": "no-cache"}
_NOT_REACHED = Refusal(
    404,
    "the pages are served beside the UI at a port of their own, which this address does not lead to",
    "have the proxy serve that port too and set BILATERAL_PAGES to its address; see docs/deploy.md",
)


def _plain(refusal: Refusal) -> Response:
    return PlainTextResponse(refusal.text, status_code=refusal.status)


def _refused(_: Request, error: Exception) -> Response:
    assert isinstance(error, BilateralError)  # noqa: S101 - as it is registered
    return PlainTextResponse(f"{error}\n", status_code=404)


@click.command()
@click.option("--host", required=True)
@click.option("--port", required=True, type=int)
def main(host: str, port: int) -> None:
    """Serve the pages until a signal arrives."""
    access = access_to(host, read_only=True)
    app = pages_app(Settings.from_environment(), access)
    try:
        listener = listening(host, port, "the pages are served at the port after that of the UI, which --port sets")
    except BilateralError as error:
        sys.exit(str(error))
    with listener:
        run_on(listener, app)


if __name__ == "__main__":
    main()
