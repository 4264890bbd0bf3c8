"""Who may reach the UI, from the environment and the address to listen on: what is refused, with the reason and the remedy."""

from __future__ import annotations

import pytest

from orchestration.core.errors import BilateralError
from orchestration.service.access import PROXY, TOKEN, USER_HEADER, access_to

LONG = "0123456789abcdef" * 3
UI = "BILATERAL_UI"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "127.8.9.1"])
def test_this_machine_alone_needs_no_sign_in(host: str) -> None:
    assert not access_to(host, False, {}).asks_for_sign_in


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "", "0", "192.0.2.7", "2001:db8::1"])  # noqa: S104
def test_other_machines_need_a_sign_in(host: str) -> None:
    for read_only in (False, True):
        with pytest.raises(
            BilateralError, match="lets other machines reach the Dagster UI, and no sign-in is set"
        ) as refused:
            access_to(host, read_only, {UI: "https://bilateral.example.org"})
        assert TOKEN in str(refused.value)
        assert USER_HEADER in str(refused.value)
    assert access_to(host, False, {TOKEN: LONG}).asks_for_sign_in
    assert access_to(host, False, {USER_HEADER: "X-Forwarded-User"}).asks_for_sign_in


def test_a_name_without_an_address_is_refused() -> None:
    with pytest.raises(BilateralError, match="has no address"):
        access_to("no-such-host.invalid", False, {})


@pytest.mark.parametrize("token", ["short", "x" * 31, "with spaces " * 5, "ünsicher" * 6])
def test_a_token_that_can_be_guessed_or_not_be_sent_is_refused_and_not_repeated(token: str) -> None:
    with pytest.raises(BilateralError, match=TOKEN) as refused:
        access_to("127.0.0.1", False, {TOKEN: token})
    assert token.strip() not in str(refused.value)


def test_a_token_is_in_no_printed_access() -> None:
    assert LONG not in repr(access_to("127.0.0.1", False, {TOKEN: LONG}))


def test_the_public_address_is_a_name_and_an_origin() -> None:
    access = access_to("127.0.0.1", False, {UI: "https://Bilateral.Example.org/"})
    assert access.knows_host("bilateral.example.org")
    assert not access.knows_host("www.bilateral.example.org")
    assert access.knows_origin("https://bilateral.example.org", "bilateral.example.org")
    assert access.knows_origin("https://bilateral.example.org", "127.0.0.1:3000"), (
        "a proxy that asks under its own name"
    )
    assert not access.knows_origin("http://bilateral.example.org", "bilateral.example.org"), "unencrypted, of anybody"
    assert access.is_encrypted


def test_an_address_to_listen_on_is_a_name() -> None:
    assert access_to("192.0.2.7", False, {TOKEN: LONG}).knows_host("192.0.2.7:3000")
    assert access_to("2001:db8::1", False, {TOKEN: LONG}).knows_host("[2001:db8::1]:3000")
    assert not access_to("0.0.0.0", False, {TOKEN: LONG}).knows_host("0.0.0.0:3000")  # noqa: S104


@pytest.mark.parametrize(
    "address", ["bilateral.example.org", "ftp://x", "https://", "https://user:word@x", "https://a b"]
)
def test_a_public_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(BilateralError, match=UI):
        access_to("127.0.0.1", False, {UI: address})


def test_a_proxy_is_known_by_its_address() -> None:
    settings = {USER_HEADER: "X-Forwarded-User"}
    assert access_to("0.0.0.0", False, settings).is_proxy("127.0.0.1")  # noqa: S104
    assert not access_to("0.0.0.0", False, settings).is_proxy("10.0.0.5")  # noqa: S104
    named = access_to("0.0.0.0", False, settings | {PROXY: "10.0.0.5, 2001:db8::/32"})  # noqa: S104
    assert [named.is_proxy(one) for one in ("10.0.0.5", "::ffff:10.0.0.5", "2001:db8::7", "127.0.0.1", "")] == [
        True,
        True,
        True,
        False,
        False,
    ]
    with pytest.raises(BilateralError, match=PROXY):
        access_to("0.0.0.0", False, settings | {PROXY: "proxy.example.org"})  # noqa: S104
    with pytest.raises(BilateralError, match=USER_HEADER):
        access_to("0.0.0.0", False, {USER_HEADER: "X Forwarded: User"})  # noqa: S104
