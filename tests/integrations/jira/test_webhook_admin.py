"""The one webhook, registered and changed over real HTTP, as an administrator and as somebody else."""

import hashlib
import hmac
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from integrations.jira import translate
from integrations.jira.webhook_admin import EVENTS, NAME, JiraWebhooks, Webhook, address, differences
from integrations.settings import Secret
from orchestrator.ports import GatewayError
from sandbox.running import Sandbox, default_seed, new_world
from tests.sandbox.ear import Ear, control, eventually, new_issue, rest

SECRET = Secret("a-secret-of-ours")
DOOR = "https://yard.example.com/jira/webhook"
OURS = Webhook(id="1", name=NAME, url=DOOR, events=frozenset(EVENTS), enabled=True, signed=True, jql="", bare=False)


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    running = Sandbox(new_world(default_seed()))
    running.start()
    yield running
    running.stop()


@pytest.fixture
def ear() -> Iterator[Ear]:
    opened = Ear()
    yield opened
    opened.close()


@pytest.fixture
def webhooks(sandbox: Sandbox) -> Callable[[str], JiraWebhooks]:
    return lambda person: JiraWebhooks(sandbox.world.places.jira, f"{person}@example.com", "sandbox")


def test_what_is_registered_is_signed_told_and_as_it_must_be(
    sandbox: Sandbox, webhooks: Callable[[str], JiraWebhooks], ear: Ear
) -> None:
    ours = webhooks("yardmaster")
    ours.register(ear.url, SECRET)

    [found] = ours.registered() or ()
    new_issue(rest(sandbox, "dana"))

    assert (found.name, differences(found, ear.url)) == (NAME, [])
    heard = eventually(lambda: ear.heard)[0]
    digest = hmac.new(SECRET.reveal().encode(), heard.raw, hashlib.sha256).hexdigest()
    assert heard.headers["x-hub-signature"] == f"sha256={digest}"


def test_a_change_makes_no_second_one(webhooks: Callable[[str], JiraWebhooks]) -> None:
    ours = webhooks("yardmaster")
    ours.register("https://old.example.com/jira/webhook", SECRET)
    [before] = ours.registered() or ()

    ours.change(before, DOOR, SECRET)

    assert ours.registered() == (replace(before, url=DOOR),)


def test_who_does_not_administer_jira_learns_and_changes_nothing(webhooks: Callable[[str], JiraWebhooks]) -> None:
    stranger = webhooks("mika")

    assert stranger.registered() is None
    with pytest.raises(GatewayError, match="refused"):
        stranger.register(DOOR, SECRET)
    with pytest.raises(GatewayError, match="refused"):
        stranger.change(OURS, DOOR, SECRET)
    assert webhooks("yardmaster").registered() == ()


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (OURS, []),
        (replace(OURS, signed=None), []),
        (replace(OURS, events=frozenset({*EVENTS, "sprint_created"})), []),
        (replace(OURS, url="https://old.example.com"), ["it sends to https://old.example.com"]),
        (replace(OURS, events=OURS.events - {"comment_deleted"}), ["it lacks comment_deleted"]),
        (replace(OURS, enabled=False), ["it is switched off"]),
        (replace(OURS, signed=False), ["it has no secret"]),
        (
            replace(OURS, jql="project = PAY", bare=True),
            ["it tells of some issues only, by a filter", "it leaves out the body"],
        ),
    ],
)
def test_what_differs_is_told(found: Webhook, words: list[str]) -> None:
    assert differences(found, DOOR) == words


@pytest.mark.parametrize("typed", ["https://yard.example.com", "https://yard.example.com/", DOOR, DOOR + "/"])
def test_the_address_is_the_doors_or_its_webhooks(typed: str) -> None:
    assert address(typed) == DOOR


def test_the_events_are_those_that_cause_a_look() -> None:
    looked_at = translate._ISSUE_EVENTS | translate._COMMENT_EVENTS | translate._LINK_EVENTS
    assert {name.removeprefix("jira:") for name in EVENTS} == looked_at


@pytest.mark.parametrize(
    "body", [{"total": 1}, [{"name": "x"}], [{"name": "x", "url": "y", "self": "https://example.com/rest/x"}]]
)
def test_an_answer_that_makes_no_sense_is_no_answer(
    sandbox: Sandbox, webhooks: Callable[[str], JiraWebhooks], body: object
) -> None:
    fault = {"service": "jira", "path": "/rest/webhooks/", "status": 200, "body": body}
    assert control(sandbox, "POST", "faults", fault)["ok"]

    with pytest.raises(GatewayError, match="makes no sense"):
        webhooks("yardmaster").registered()


def test_a_registration_without_an_answer_is_in_doubt(
    sandbox: Sandbox, webhooks: Callable[[str], JiraWebhooks]
) -> None:
    fault = {"service": "jira", "method": "POST", "path": "/rest/webhooks/", "drop": "after"}
    assert control(sandbox, "POST", "faults", fault)["ok"]

    with pytest.raises(GatewayError) as lost:
        webhooks("yardmaster").register(DOOR, SECRET)

    assert lost.value.in_doubt
    assert len(webhooks("yardmaster").registered() or ()) == 1
