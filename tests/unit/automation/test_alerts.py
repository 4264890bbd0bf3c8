"""Each problem and its end are reported once on every channel; a channel that fails stops nothing and is named."""

from __future__ import annotations

import base64
import json
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

from orchestration.automation.alert_channels import FORMER_WEBHOOK, SERVICES
from orchestration.automation.alert_messages import UI, Problem
from orchestration.automation.incidents import alert, open_incidents, waiting
from orchestration.core.settings import Settings
from tests.alert_servers import Mailbox, Webhook, mailbox, webhook

pytestmark = pytest.mark.slow

PROBLEM = Problem(
    "source wto",
    "a page has 500 rows; seen 312\npublisher: Synthetic Office\nwhat to do: compare <the page> & request it again",
    run_id="5c2e1a",
)


def failing(failure: str, subject: str = PROBLEM.subject) -> Problem:
    return Problem(subject, f"{failure}\npublisher: Synthetic Office")


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    for name in (FORMER_WEBHOOK, SERVICES, UI):
        monkeypatch.delenv(name, raising=False)
    return Settings(root=tmp_path, data=tmp_path / "data")


@pytest.fixture
def hook(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Iterator[Webhook]:
    with webhook() as running:
        monkeypatch.setenv(SERVICES, running.url)
        yield running


def test_a_problem_is_reported_once_and_its_end_once(
    settings: Settings, hook: Webhook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(UI, "https://dagster.example/")
    assert alert(settings, [PROBLEM]) == []
    assert alert(settings, [failing("a page has 500 rows; seen 17")]) == [], "other figures, the same cause"
    (reported,) = hook.posted
    assert (reported["type"], reported["title"]) == ("failure", "[bilateral] source wto failed")
    for words in (PROBLEM.text, "https://dagster.example/runs/5c2e1a", "docs/runbook.md"):
        assert words in reported["message"]

    alert(settings, [], ["source wto", "source bea"], "well")
    alert(settings, [], ["source wto"], "well again")
    assert hook.alerts() == [("failure", "source wto"), ("recovery", "source wto")]
    assert "seen 312" in hook.posted[1]["message"]
    assert open_incidents(settings) == {}

    alert(settings, [PROBLEM])
    assert len(hook.posted) == 3, "the same failure after a recovery is a new one"


def test_another_cause_of_an_open_problem_is_reported_too(settings: Settings, hook: Webhook) -> None:
    for problem in (PROBLEM, failing("columns missing: ['Year']"), PROBLEM):
        alert(settings, [problem])
    assert [message["message"][:7] for message in hook.posted] == ["a page ", "columns"]


def test_a_cause_is_one_alert_whatever_the_number_of_sources(settings: Settings, hook: Webhook) -> None:
    failures = [f"no answer after 3 attempt(s) at https://api{n}.example.org/v{n}: no connection" for n in range(15)]
    same = [failing(words, f"source s{n}") for n, words in enumerate(failures)]
    alert(settings, same[:14])
    alert(settings, same[14:])
    assert hook.alerts() == [("failure", "source s0 and 13 more")]
    assert "source s13" in hook.posted[0]["message"]
    assert len(open_incidents(settings)) == 15

    alert(settings, [], [problem.subject for problem in same[1:]])
    assert len(hook.posted) == 1, "the cause is still there"
    alert(settings, [], ["source s0"])
    assert hook.alerts(1) == [("recovery", "source s0")]


def test_a_channel_that_fails_is_named_and_gets_its_messages_later(
    settings: Settings, hook: Webhook, monkeypatch: pytest.MonkeyPatch
) -> None:
    with mailbox() as box:
        monkeypatch.setenv(SERVICES, f"{hook.url} {mail_address(box, 'smtp')}")
        hook.status = 503
        (words,) = alert(settings, [PROBLEM])
        assert "channel json accepted no message" in words
        assert "503" in words
        assert "T0PSECRET" not in words
        assert len(box.mails) == 1, "the other channel gets its message"
        assert waiting(settings) == ["json"]
        hook.status, hook.posted = 200, []
        alert(settings, [], ["source wto"])
        assert [kind for kind, _ in hook.alerts()] == ["failure", "recovery"]
        assert len(box.mails) == 2
    (words,) = alert(settings, [PROBLEM])
    assert "mailto" in words, "the mail server is gone"
    assert "refused" in words
    assert "clerk" not in words
    assert "T0PSECRET" not in (settings.alerts / "incidents.json").read_text()


def mail_address(box: Mailbox, scheme: str, *recipients: str) -> str:
    """The Apprise address of a local mailbox."""
    where = box.url.split("://", 1)[1]
    mode = {"smtp": "insecure", "smtps": "ssl", "smtp+starttls": "starttls"}[scheme]
    to = ",".join(recipients or ["first@office.example"])
    return f"{'mailto' if scheme == 'smtp' else 'mailtos'}://{where}?mode={mode}&from=bilateral@office.example&to={to}"


def test_a_mail_goes_to_every_recipient_with_the_whole_message(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with mailbox() as box:
        monkeypatch.setenv(SERVICES, mail_address(box, "smtp", "first@office.example", "second@office.example"))
        assert alert(settings, [PROBLEM]) == []
        assert box.recipients == ["first@office.example", "second@office.example"]
        assert {mail["Subject"] for mail in box.mails} == {"[bilateral] source wto failed"}
        assert "a page has 500 rows; seen 312" in str(box.mails[0].get_payload())
        assert base64.b64decode(box.logins[0]) == b"\0clerk\0p@ss"


@pytest.fixture
def certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """What a local mail server shows, signed by an authority that this process trusts."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "authority.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    return context


@pytest.mark.parametrize("scheme", ["smtps", "smtp+starttls"])
def test_a_mail_travels_encrypted(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, certificate: ssl.SSLContext, scheme: str
) -> None:
    with mailbox(scheme, certificate) as box:
        monkeypatch.setenv(SERVICES, mail_address(box, scheme))
        assert alert(settings, [PROBLEM]) == []
    (mail,) = box.mails
    assert (mail["Subject"], box.recipients) == ("[bilateral] source wto failed", ["first@office.example"])
    assert base64.b64decode(box.logins[0]) == b"\0clerk\0p@ss"
    assert ("STARTTLS" in box.verbs) == (scheme == "smtp+starttls")


@pytest.mark.parametrize(
    ("scheme", "trusted", "shown", "words"),
    [
        ("smtps", False, True, "CERTIFICATE_VERIFY_FAILED"),
        ("smtp+starttls", False, True, "CERTIFICATE_VERIFY_FAILED"),
        ("smtp+starttls", True, False, "STARTTLS extension not supported"),
    ],
)
def test_no_password_goes_to_a_mail_server_that_cannot_be_trusted(
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    certificate: ssl.SSLContext,
    *,
    scheme: str,
    trusted: bool,
    shown: bool,
    words: str,
) -> None:
    if not trusted:
        monkeypatch.delenv("SSL_CERT_FILE")
    with mailbox(scheme, certificate if shown else None) as box:
        monkeypatch.setenv(SERVICES, mail_address(box, scheme))
        (failure,) = alert(settings, [PROBLEM])
    assert words in failure
    assert "mailtos" in failure
    assert box.logins == []
    assert box.mails == []
    assert waiting(settings) == ["mailtos"]


def test_the_text_of_a_problem_cannot_steer_a_mail(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    with mailbox() as box:
        monkeypatch.setenv(SERVICES, mail_address(box, "smtp"))
        alert(settings, [Problem("source a\nBcc: all@elsewhere.example", ".\r\nQUIT\r\n")])
    (mail,) = box.mails
    assert box.recipients == ["first@office.example"]
    assert mail["Bcc"] is None
    assert "QUIT" in str(mail.get_payload())


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({FORMER_WEBHOOK: "https://hooks.example/x"}, "write its https:// address as jsons://"),
        ({SERVICES: "pop://host"}, "address 1 of BILATERAL_ALERTS"),
    ],
)
def test_a_wrong_configuration_is_reported_and_stops_nothing(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], words: str
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    (fault,) = alert(settings, [PROBLEM])
    assert words in fault
    assert list(open_incidents(settings)) == ["source wto"]


def test_without_a_channel_problems_are_remembered_and_nothing_waits(settings: Settings) -> None:
    assert alert(settings, [PROBLEM]) == []
    state = json.loads((settings.alerts / "incidents.json").read_text())
    assert state["outbox"] == []
    assert state["open"]["source wto"]["summary"] == PROBLEM.failure
