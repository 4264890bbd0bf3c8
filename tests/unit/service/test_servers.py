"""The servers of the service under connections that send nothing, or a byte at a time."""

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from threading import Thread

import httpx
import pytest
from starlette.responses import PlainTextResponse

from orchestration.service import servers


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """A server that answers every request, and waits half a second for each."""
    monkeypatch.setattr(servers, "PATIENCE", 0.5)
    listener = servers.listening_socket("127.0.0.1", 0, "")
    server = servers.server(PlainTextResponse("here"))
    thread = Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    yield listener.getsockname()[1]
    server.should_exit = True
    thread.join(10)


def answer(port: int) -> tuple[int, str]:
    response = httpx.get(f"http://127.0.0.1:{port}/", timeout=5)
    return response.status_code, response.text


def test_incomplete_requests_neither_block_the_server_nor_stay_open(port: int) -> None:
    with ExitStack() as stack:
        begun = time.monotonic()
        peers = [stack.enter_context(socket.create_connection(("127.0.0.1", port))) for _ in range(420)]
        for peer in peers[1::2]:
            peer.sendall(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n1")
        assert answer(port) == (200, "here")
        while time.monotonic() - begun < 1:
            time.sleep(0.05)
            for peer in peers[2:4]:
                try:
                    peer.sendall(b"G")
                except OSError:
                    break
        for peer in peers:
            peer.settimeout(1)
            try:
                while peer.recv(1000):
                    pass
            except ConnectionError:
                pass
