"""Each problem and its end are reported once on every channel; a channel that fails stops nothing and is named."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from orchestration.automation.alert_channels import FORMER_WEBHOOK, SERVICES
from orchestration.automation.alert_messages import UI, Problem
from orchestration.automation.incidents import alert, open_incidents, waiting
from orchestration.core.settings import Settings
from tests.alert_servers import Webhook, webhook

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


def test_each_problem_is_reported_once(settings: Settings, hook: Webhook, monkeypatch: pytest.MonkeyPatch) -> None:
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
    assert "seen 17" in hook.posted[1]["message"], "the present failure, not the first"
    assert open_incidents(settings) == {}

    alert(settings, [PROBLEM])
    assert len(hook.posted) == 3, "the same failure after a recovery is a new one"


def test_a_cause_is_one_alert_whatever_the_number_of_sources(settings: Settings, hook: Webhook) -> None:
    failures = [f"no answer after 3 attempts at https://api{n}.example.org/v{n}: no connection" for n in range(15)]
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


def test_failed_channels_get_messages_later(settings: Settings, hook: Webhook, monkeypatch: pytest.MonkeyPatch) -> None:
    mail = "mailto://clerk:p%40ss@127.0.0.1:9?mode=insecure&from=bilateral@office.example&to=first@office.example"
    with webhook() as second:
        monkeypatch.setenv(SERVICES, f"{hook.url} {second.url}")
        hook.status = 503
        (words,) = alert(settings, [PROBLEM])
        assert "channel json accepted no message" in words
        assert "503" in words
        assert "T0PSECRET" not in words
        assert len(second.posted) == 1, "the other channel gets its message"
        assert waiting(settings) == ["json"]
        hook.status, hook.posted = 200, []
        alert(settings, [], ["source wto"])
        assert [kind for kind, _ in hook.alerts()] == ["failure", "recovery"]
        assert len(second.posted) == 2
    monkeypatch.setenv(SERVICES, mail)
    (words,) = alert(settings, [PROBLEM])
    assert "channel mailto" in words
    assert "refused" in words
    assert "clerk" not in words
    assert "T0PSECRET" not in (settings.alerts / "incidents.json").read_text()


def test_the_text_of_a_problem_cannot_add_a_header_to_a_mail(settings: Settings, hook: Webhook) -> None:
    alert(settings, [Problem("source a\nBcc: all@elsewhere.example", "it failed")])
    assert "\n" not in hook.posted[0]["title"]
    assert "run:" not in hook.posted[0]["message"], "no run is known"


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({FORMER_WEBHOOK: "https://hooks.example/x"}, "write its https:// address as jsons://"),
        ({SERVICES: "pop://host"}, "address 1 of BILATERAL_ALERTS"),
    ],
)
def test_wrong_configurations_are_reported(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], words: str
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    (fault,) = alert(settings, [PROBLEM])
    assert words in fault
    assert (list(open_incidents(settings)), waiting(settings)) == (["source wto"], [])
