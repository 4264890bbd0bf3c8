"""The pages beside the Dagster UI, for reading only: releases, guard reports of builds, and the compiled SQL of tables.

They have an origin of their own, since pages of a release bring scripts and the UI's origin may start runs.
"""

from __future__ import annotations

from dataclasses import replace
from html import escape

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
from orchestration.service.access import Access
from orchestration.service.guard import Guard, Refusal
from orchestration.service.site_server import POLICY, READING, Files
from orchestration.site.query_engine import engine_folder
from orchestration.transform.build import Build, kept_builds, latest_build

_SQL = """<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{table}: compiled code</title>
<style>:root {{ color-scheme: light dark }} pre {{ overflow-x: auto }}</style>
<h1>{table}</h1>
<p>The code that build {build} ran, compiled from dbt_project/{path}.</p>
<pre>{code}</pre>
</html>
"""

_UNREACHABLE = Refusal(
    404,
    "the pages have an address of their own, which this service does not know",
    "have the proxy serve their port or socket too and set BILATERAL_PAGES to its address; see docs/deploy.md",
)


def pages_app(settings: Settings, access: Access) -> ASGIApp:
    """Return the application of the pages."""
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
    return Guard(app, replace(access, address=access.pages or access.address), POLICY, READING)


def with_links(ui: ASGIApp, access: Access, port: int | None) -> ASGIApp:
    """Return the UI with redirects from ``PAGES`` to the pages: their public address, or their port on the reader's host."""

    def redirect(request: Request) -> Response:
        is_public = access.is_public(request.headers["host"])
        host = request.url.hostname or ""
        own = None if port is None or is_public else f"http://{f'[{host}]' if ':' in host else host}:{port}"
        origin = access.pages if is_public or port is None else own
        query = f"?{request.url.query}" if request.url.query else ""
        path = request.url.path.removeprefix(PAGES)
        return RedirectResponse(f"{origin}{path}{query}", 307) if origin else _UNREACHABLE.response

    return Starlette(routes=[Route(f"{PAGES}/{{path:path}}", redirect, methods=["GET"]), Mount("/", ui)])


class _Pages:
    """Published releases, and builds that are kept."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._releases: dict[str, Files] = {}

    def current(self, request: Request) -> Response:
        """Redirect to the same page of the current release, under its id: an open page stays one of its release."""
        path = request.path_params.get("path") or "site/index.html"
        return RedirectResponse(f"/releases/{require_current(self._settings).id}/{path}", 307)

    async def release(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with a file of a published release."""
        name = scope["path_params"]["release"]
        if name not in self._releases:
            folders = {release.id: release.folder.resolve() for release in published_releases(self._settings)}
            if name not in folders:
                remedy = "it was removed, or the address is wrong: bilateral releases list"
                raise ReleaseError(f"there is no release {name!r}", remedy=remedy)
            self._releases[name] = Files(directory=folders[name])
        await self._releases[name](scope, receive, send)

    def guards(self, request: Request) -> Response:
        """Answer with the guard report of a build."""
        report = report_path(self._build(request.path_params["build"]))
        if not report.is_file():
            name = report.parent.name
            raise DbtError(f"build {name} has no guard report", remedy="its guards did not finish; see its run")
        return FileResponse(report, headers={"Cache-Control": "no-cache"})

    def sql(self, request: Request) -> Response:
        """Answer with the code that the newest build of a table ran for it."""
        table = request.path_params["table"]
        for build in kept_builds(self._settings):
            nodes = build.manifest()["nodes"].values() if build.artifacts[0].exists() else ()
            for node in nodes:
                if node["name"] == table and node["resource_type"] == "model" and node.get("compiled_code"):
                    path, code = node["original_file_path"], escape(node["compiled_code"].strip())
                    text = _SQL.format(table=escape(table), build=build.folder.name, path=path, code=code)
                    return HTMLResponse(text, headers={"Cache-Control": "no-cache"})
        raise DbtError(f"no stored build has a model {table!r}", remedy="start the job refresh")

    def _build(self, name: str) -> Build:
        builds = kept_builds(self._settings)
        if name == LATEST:
            return next((build for build in builds if report_path(build).is_file()), latest_build(self._settings))
        by_name = {build.folder.name: build for build in builds}
        if name not in by_name:
            remedy = f"open {PAGES}/guards/{LATEST}, or the guards.html of the release made from it"
            raise DbtError(f"build {name} was removed", remedy=remedy)
        return by_name[name]


def _refused(_: Request, error: Exception) -> Response:
    return PlainTextResponse(f"{error}\n", status_code=404)
