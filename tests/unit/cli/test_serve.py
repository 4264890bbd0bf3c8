"""`bilateral serve` before it starts anything: one service for a data folder, and a port that is free."""

from __future__ import annotations

import fcntl
import socket
from pathlib import Path

import pytest

from orchestration.cli.serve import Place, serve
from orchestration.core.data_lock import SERVICE
from orchestration.core.errors import BilateralError
from orchestration.core.settings import Settings
from tests.integration.conftest import free_port


def test_a_second_service_on_the_same_data_is_refused_with_the_address_of_the_first(tmp_path: Path) -> None:
    settings = Settings(root=tmp_path, data=tmp_path / "data")
    settings.data.mkdir()
    with (settings.data / SERVICE).open("w") as first:
        fcntl.flock(first, fcntl.LOCK_EX)
        first.write("http://127.0.0.1:3000, process 7")
        first.flush()
        with pytest.raises(BilateralError, match=r"already: http://127\.0\.0\.1:3000, process 7"):
            serve(settings, Place("127.0.0.1", free_port()), read_only=False, verbose=True)


@pytest.mark.parametrize("offset", [0, 1], ids=["UI", "pages"])
def test_a_port_in_use_is_reported_at_once_with_the_port_requested(tmp_path: Path, offset: int) -> None:
    port = free_port()
    with socket.create_server(("127.0.0.1", port + offset)):
        with pytest.raises(BilateralError, match=f"port {port + offset} ") as refused:
            serve(
                Settings(root=tmp_path, data=tmp_path / "data"), Place("127.0.0.1", port), read_only=False, verbose=True
            )
        assert "--port" in str(refused.value)
