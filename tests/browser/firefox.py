"""The system's Firefox, driven over WebDriver BiDi without a driver program."""

import itertools
import json
import os
import re
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect

START_LIMIT, PATIENCE = 120, 120
"""Seconds within which Firefox listens, and within which a page shows its content, on a busy machine."""

_QUIET = {
    "app.normandy.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "extensions.update.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "services.settings.server": "data:,#remote-settings-dummy/v1",
    "toolkit.telemetry.enabled": False,
}
"""Preferences without background requests."""


class Firefox:
    """One tab; records console messages and requested addresses."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket, self._numbers = socket, itertools.count(1)
        self.noticed: list[str] = []
        self.requested: list[str] = []
        self.call("session.new", capabilities={})
        self.call("session.subscribe", events=["log.entryAdded", "network.beforeRequestSent"])
        self._tab: str = self.call("browsingContext.create", type="tab")["context"]

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Return the result of a command; record events that arrive meanwhile."""
        number = next(self._numbers)
        self._socket.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while True:
            message = json.loads(self._socket.recv(PATIENCE))
            if message["type"] == "event":
                self._note(message["method"], message["params"])
            elif message["id"] == number:
                if message["type"] == "error":
                    raise AssertionError(f"{method}: {message['message']}")
                result: dict[str, Any] = message["result"]
                return result

    def _note(self, event: str, content: dict[str, Any]) -> None:
        if event == "log.entryAdded" and content["level"] in ("warn", "error"):
            self.noticed.append(f"{content['level']}: {content['text']}")
        if event == "network.beforeRequestSent":
            self.requested.append(content["request"]["url"])

    def open(self, address: str) -> None:
        """Open a page, wait until it has loaded, and clear the records."""
        self.noticed.clear()
        self.requested.clear()
        self.call("browsingContext.navigate", context=self._tab, url=address, wait="complete")

    def evaluate(self, expression: str) -> Any:
        """Return the value of an expression or promise of JavaScript, which must be JSON."""
        answer = self.call(
            "script.evaluate",
            expression=f"(async () => JSON.stringify(await ({expression})))()",
            target={"context": self._tab},
            awaitPromise=True,
        )
        assert answer["type"] == "success", answer["exceptionDetails"]["text"]
        return json.loads(answer["result"].get("value", "null"))

    def wait_for(self, expression: str) -> None:
        """Wait until an expression is true."""
        end = time.monotonic() + PATIENCE
        while not self.evaluate(expression):
            assert time.monotonic() < end, f"{expression} did not become true within {PATIENCE} seconds"
            time.sleep(0.1)


@contextmanager
def running_firefox(program: str, profile: Path) -> Iterator[Firefox]:
    """Yield a headless Firefox with a new profile in a folder."""
    lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in _QUIET.items()]
    (profile / "user.js").write_text("".join(lines), encoding="utf-8")
    log = profile / "firefox.log"
    with log.open("wb") as stream:
        process = subprocess.Popen(
            [program, "--headless", "--no-remote", "--profile", str(profile), "--remote-debugging-port", "0"],
            env={**os.environ, "HOME": str(profile), "MOZ_CRASHREPORTER_DISABLE": "1"},
            stdout=stream,
            stderr=stream,
        )
    try:
        with connect(f"{_address(process, log)}/session", max_size=None, open_timeout=START_LIMIT) as socket:
            yield Firefox(socket)
    finally:
        process.terminate()
        process.wait()


def _address(process: subprocess.Popen[bytes], log: Path) -> str:
    """Return the address that Firefox prints on standard error."""
    end = time.monotonic() + START_LIMIT
    while time.monotonic() < end:
        if address := re.search(r"WebDriver BiDi listening on (ws://\S+)", log.read_text(errors="replace")):
            return address[1]
        assert process.poll() is None, f"Firefox ended by itself\n{log.read_text(errors='replace')}"
        time.sleep(0.1)
    raise AssertionError(f"Firefox does not listen\n{log.read_text(errors='replace')}")
