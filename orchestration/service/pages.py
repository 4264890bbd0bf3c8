"""Read-only pages: releases and the guard reports of builds, served with the Dagster UI or alone.

They have an origin of their own, since pages of a release bring scripts and the UI's origin may start runs.
"""

import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp

from orchestration.core.errors import BilateralError, DbtError
from orchestration.core.settings import PAGES, Settings
from orchestration.guards.guard_report import NAME as REPORT
from orchestration.guards.guard_report import report_path
from orchestration.reading.release_store import published_releases, require_current
from orchestration.service.access import Access
from orchestration.service.guard import Guard, refusal
from orchestration.service.servers import Files, listening_socket, server
from orchestration.site.query_engine import MOUNT, engine_folder

ADDRESS, READING = "127.0.0.1", ("GET", "HEAD")
POLICY = "frame-ancestors 'none'"
"""The Content-Security-Policy of every answer; pages state the rest themselves, so that it applies on any host."""


class ReleaseFiles(Files):
    """Files of published releases, by the name of the release."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(directory=settings.releases, check_dir=False)
        self._settings = settings

    async def check_config(self) -> None:
        """Let the folder be missing until the first release."""

    def lookup_path(self, path: str) -> tuple[str, os.stat_result | None]:
        """Find a file as ``StaticFiles`` does, of published releases alone."""
        names = {release.id for release in published_releases(self._settings)}
        return super().lookup_path(path) if path.partition(os.sep)[0] in names else ("", None)


def pages_app(settings: Settings, access: Access) -> ASGIApp:
    """Return the application of the pages."""

    def current(request: Request) -> Response:
        """Redirect to the same page of the current release, under its id: an open page stays one of its release."""
        path = request.path_params.get("path") or "site/index.html"
        return RedirectResponse(f"/releases/{require_current(settings).id}/{path}", 307)

    def guards(request: Request) -> Response:
        """Answer with the guard report of a build, or of the latest with one; else redirect to the release's."""
        # it loads pyarrow, which an idle service does not need
        from orchestration.transform.build import LATEST, kept_builds

        name = request.path_params["build"]
        builds = {build.folder.name: build for build in kept_builds(settings)}
        guarded = (build for build in builds.values() if report_path(build).is_file())
        build = next(guarded, None) if name == LATEST else builds.get(name)
        if build is None and name == LATEST:  # only parts were built since
            return RedirectResponse(f"/releases/{require_current(settings).id}/{REPORT}", 307)
        if build is None or not report_path(build).is_file():
            remedy = f"open {PAGES}/guards/{LATEST}, or see its run"
            raise DbtError(f"build {name} has no guard report, or was removed", remedy=remedy)
        return FileResponse(report_path(build), headers={"Cache-Control": "no-cache"})

    engine = engine_folder()
    routes: list[BaseRoute] = [
        Route("/", current, methods=["GET"]),
        Route("/release/{path:path}", current, methods=["GET"]),
        *([Mount(f"/releases/{{release}}/{MOUNT}", Files(directory=engine))] if engine.is_dir() else []),
        Mount("/releases", ReleaseFiles(settings)),
        Route("/guards/{build}", guards, methods=["GET"]),
    ]
    handlers = {BilateralError: lambda _, error: PlainTextResponse(f"{error}\n", 404)}
    app = Starlette(routes=routes, exception_handlers=handlers)
    return Guard(app, replace(access, address=access.pages or access.address), POLICY, READING)


def serve_pages(settings: Settings, port: int, opened: Callable[[str], None]) -> None:
    """Serve the pages on this machine until a signal arrives; call ``opened`` with the address once it listens."""
    with listening_socket(ADDRESS, port, "bilateral site --serve --port 0 takes any that is free") as listener:
        opened(f"http://{ADDRESS}:{listener.getsockname()[1]}/")
        with suppress(KeyboardInterrupt):  # how uvicorn passes on Ctrl-C once it has ended
            server(pages_app(settings, Access())).run(sockets=[listener])


def with_links(ui: ASGIApp, access: Access, port: int | None) -> ASGIApp:
    """Return the UI with redirects from ``PAGES`` to the public address of the pages, or their port on this host."""

    def redirect(request: Request) -> Response:
        if port is None or access.is_public(request.headers["host"]):
            target = access.pages
        else:
            target = str(request.url.replace(scheme="http", port=port, path="", query=""))
        if target is None:
            remedy = "have the proxy serve them, and set BILATERAL_PAGES to their address; see docs/deploy.md"
            return refusal(404, "the public address of the pages is unknown", remedy)
        query = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(f"{target}{request.url.path.removeprefix(PAGES)}{query}", 307)

    return Starlette(routes=[Route(f"{PAGES}/{{path:path}}", redirect, methods=["GET"]), Mount("/", ui)])
