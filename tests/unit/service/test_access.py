"""Who may reach the UI, by environment and address: what is refused, with reason and remedy."""

import pytest

from orchestration.automation.alert_messages import UI as ADDRESS
from orchestration.core.errors import BilateralError
from orchestration.service.access import PROXY, access_to

PUBLIC = {ADDRESS: "https://Bilateral.Example.org/"}


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "127.8.9.1", None])
def test_this_machine_alone_needs_no_proxy(host: str | None) -> None:
    assert access_to(host, False, {}).knows_peer("")


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "", "0", "192.0.2.7", "2001:db8::1", "a-name"])  # noqa: S104
@pytest.mark.parametrize("settings", [{}, PUBLIC, {PROXY: "10.0.0.5"}], ids=["nothing", "no proxy", "no address"])
def test_other_machines_need_a_proxy(host: str, settings: dict[str, str]) -> None:
    for read_only in (False, True):
        with pytest.raises(BilateralError, match="lets other machines reach the Dagster UI") as refused:
            access_to(host, read_only, settings)
        assert PROXY in str(refused.value)


def test_a_proxy_is_known_by_its_address() -> None:
    access = access_to("0.0.0.0", False, PUBLIC | {PROXY: "10.0.0.5, 2001:db8::/32"})  # noqa: S104
    peers = {"10.0.0.5": True, "::ffff:10.0.0.5": True, "2001:db8::7": True, "127.0.0.1": False, "": False, "x": False}
    assert {peer: access.knows_peer(peer) for peer in peers} == peers


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({PROXY: "proxy.example.org"}, PROXY),
        *(
            ({ADDRESS: text}, ADDRESS)
            for text in ("bilateral.example.org", "ftp://x", "https://", "https://u:w@x", "https://a b")
        ),
    ],
)
def test_a_setting_that_is_wrong_is_refused(settings: dict[str, str], words: str) -> None:
    with pytest.raises(BilateralError, match=words):
        access_to("127.0.0.1", False, settings)


def test_the_public_address_is_a_name_and_an_origin() -> None:
    access = access_to("127.0.0.1", False, PUBLIC)
    assert access.knows_host("bilateral.example.org")
    assert not access.knows_host("www.bilateral.example.org")
    origin = "https://bilateral.example.org"
    assert access.knows_origin(origin, "bilateral.example.org")
    assert access.knows_origin(origin, "127.0.0.1:3000"), "a proxy that sends its own name"
    assert not access.knows_origin("http://bilateral.example.org", "bilateral.example.org"), "unencrypted, of anybody"
    assert access.knows_origin("http://127.0.0.1:3000", "127.0.0.1:3000"), "on this machine"
