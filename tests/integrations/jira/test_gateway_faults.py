"""What the gateway makes of a Jira that fails: may it be tried again, may it have been done, and how long to wait."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
import requests
import responses
from urllib3.exceptions import MaxRetryError, NewConnectionError

from integrations.jira.errors import Call, refusal
from integrations.jira.gateway import JiraTracker
from integrations.settings import Secret
from orchestrator.ports import GatewayError, Receipt
from rules.actions import (
    Action,
    CommentAction,
    CreateAction,
    LinkAction,
    PriorityAction,
    TransitionAction,
    UncommentAction,
    UnlinkAction,
    UnwatchAction,
    WatchAction,
)
from rules.model import Line, Status, Tainted
from tests.integrations.jira.payloads import link

SITE = "https://jira.test"
API = f"{SITE}/rest/api/2"
COMMENT = CommentAction(item=10021, text=Line(text="ours"))
CREATE = CreateAction(project="PAY", type="Bug", summary=Tainted(text="No receipt"), description=Line(text="ours"))
LINK = LinkAction(item=10021, other=10022, type="Duplicate")
OPEN, CLOSED = Status(id="1", name="Open", category="new"), Status(id="6", name="Closed", category="done")
MOVE = TransitionAction(item=10021, transition="31", name="Close", before=OPEN, after=CLOSED)
WATCH = WatchAction(item=10021, account="acc")
RAISE = PriorityAction(item=10021, before="Low", after="High")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What Jira does, and what must be said of it for a read and for a write."""

    name: str
    answer: dict[str, Any]
    retryable: bool
    write_in_doubt: bool = False
    retry_after: float | None = None
    words: tuple[str, ...] = field(default=())


def unconnected() -> requests.ConnectionError:
    reason = NewConnectionError(None, "refused")  # type: ignore[arg-type]
    return requests.ConnectionError(MaxRetryError(None, "/", reason))  # type: ignore[arg-type]


def untrusted() -> requests.exceptions.SSLError:
    reason = ssl.SSLCertVerificationError("self-signed certificate")
    return requests.exceptions.SSLError(MaxRetryError(None, "/", reason))  # type: ignore[arg-type]


def said(*messages: object, **errors: str) -> dict[str, Any]:
    return {"errorMessages": list(messages), "errors": errors}


FAULTS = [
    Fault(
        name="400 with words",
        answer={"status": 400, "json": said("Not\nvalid", body="too long")},
        retryable=False,
        words=("(400: Not valid; body: too long)",),
    ),
    Fault(name="400 with odd words", answer={"status": 400, "json": said(5, None)}, retryable=False),
    Fault(name="400 with null words", answer={"status": 400, "json": {"errorMessages": None}}, retryable=False),
    Fault(name="400 with a text", answer={"status": 400, "json": "message"}, retryable=False, words=("(400)",)),
    Fault(name="400 with a number", answer={"status": 400, "json": 7}, retryable=False),
    Fault(name="400 with a page", answer={"status": 400, "body": "<html>"}, retryable=False),
    Fault(name="401", answer={"status": 401, "json": said("Client must")}, retryable=False, words=("JIRA_API_TOKEN",)),
    Fault(name="403", answer={"status": 403, "body": b""}, retryable=False, words=("(403)",)),
    Fault(name="409", answer={"status": 409}, retryable=True),
    Fault(name="410", answer={"status": 410}, retryable=False),
    Fault(name="413", answer={"status": 413}, retryable=False),
    Fault(name="425", answer={"status": 425}, retryable=True),
    Fault(name="408", answer={"status": 408}, retryable=True, write_in_doubt=True),
    Fault(name="429", answer={"status": 429}, retryable=True, words=("asked too often (429)",)),
    Fault(
        name="429 with seconds",
        answer={"status": 429, "headers": {"Retry-After": "17", "RateLimit-Reason": "jira-burst-based"}},
        retryable=True,
        retry_after=17.0,
        words=("(429, jira-burst-based)",),
    ),
    Fault(name="429 with rubbish", answer={"status": 429, "headers": {"Retry-After": "soon"}}, retryable=True),
    Fault(
        name="429 with a past date",
        answer={"status": 429, "headers": {"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}},
        retryable=True,
        retry_after=0.0,
    ),
    Fault(
        name="429 for ever",
        answer={"status": 429, "headers": {"Retry-After": "999999999"}},
        retryable=True,
        retry_after=3600.0,
    ),
    Fault(name="500", answer={"status": 500, "body": "Oops"}, retryable=True, write_in_doubt=True, words=("(500)",)),
    Fault(
        name="503 with seconds",
        answer={"status": 503, "headers": {"Retry-After": "5"}},
        retryable=True,
        write_in_doubt=True,
        retry_after=5.0,
    ),
    Fault(name="redirect", answer={"status": 302, "headers": {"Location": SITE}}, retryable=False, words=("JIRA_URL",)),
    Fault(name="no JSON", answer={"status": 200, "body": "<html>log in"}, retryable=True, write_in_doubt=True),
    Fault(name="half JSON", answer={"status": 200, "body": '{"id":'}, retryable=True, write_in_doubt=True),
    Fault(name="deep JSON", answer={"status": 200, "body": "[" * 99_999}, retryable=True, write_in_doubt=True),
    Fault(name="other JSON", answer={"status": 200, "json": {"x": 1}}, retryable=True, write_in_doubt=True),
    Fault(name="no body", answer={"status": 200, "body": b""}, retryable=True, write_in_doubt=True),
    Fault(name="connect time-out", answer={"body": requests.ConnectTimeout()}, retryable=True, words=("be reached",)),
    Fault(name="refused", answer={"body": unconnected()}, retryable=True, words=("be reached",)),
    Fault(name="bad certificate", answer={"body": untrusted()}, retryable=False, words=("certificate",)),
    Fault(name="bad address", answer={"body": requests.exceptions.InvalidURL()}, retryable=False, words=("JIRA_URL",)),
    Fault(name="read time-out", answer={"body": requests.ReadTimeout()}, retryable=True, write_in_doubt=True),
    Fault(name="dropped", answer={"body": requests.ConnectionError("reset")}, retryable=True, write_in_doubt=True),
    Fault(
        name="half an answer",
        answer={"body": requests.exceptions.ChunkedEncodingError()},
        retryable=True,
        write_in_doubt=True,
    ),
]
#: What is not about the call: nobody is served, or our account is refused.
OUTAGES = {
    "401", "503 with seconds", "redirect", "connect time-out", "refused", "bad certificate", "bad address",
    "read time-out", "dropped", "half an answer",
}  # fmt: skip
BY_NAME = [pytest.param(fault, id=fault.name) for fault in FAULTS]


@pytest.fixture
def tracker() -> JiraTracker:
    knowing = JiraTracker(SITE, "bot@example.test", Secret("made-up"))
    with responses.RequestsMock() as healthy:
        healthy.get(f"{API}/field", json=[])
        healthy.get(f"{API}/issue/1", status=404)
        knowing.item(1)
    return knowing


@pytest.fixture
def jira() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock() as mock:
        yield mock


def judged(error: GatewayError) -> tuple[bool, bool, float | None]:
    return error.retryable, error.in_doubt, error.retry_after


@pytest.mark.parametrize("fault", BY_NAME)
def test_a_read_that_fails_is_never_in_doubt(jira: responses.RequestsMock, tracker: JiraTracker, fault: Fault) -> None:
    jira.get(f"{API}/issue/10021", **fault.answer)

    with pytest.raises(GatewayError, match=r"^Jira.* when reading issue 10021") as failed:
        tracker.item(10021)

    assert judged(failed.value) == (fault.retryable, False, fault.retry_after)
    assert failed.value.outage == (fault.name in OUTAGES)
    assert all(words in str(failed.value) for words in fault.words)


#: How each action is written, and where.
WRITES: dict[str, tuple[Action, str, str]] = {
    "comment": (COMMENT, "POST", "issue/10021/comment"),
    "create": (CREATE, "POST", "issue"),
    "link": (LINK, "POST", "issueLink"),
    "move": (MOVE, "POST", "issue/10021/transitions"),
}
#: Those whose answer has no body, so that it tells nothing beside its status.
UNTOLD: dict[str, tuple[Action, str, str]] = {
    "watch": (WATCH, "POST", "issue/10021/watchers"),
    "priority": (RAISE, "PUT", "issue/10021"),
}


@pytest.mark.parametrize(
    "fault", [fault for fault in FAULTS if fault.answer.get("status") != 200], ids=lambda one: one.name
)
@pytest.mark.parametrize("kind", list(UNTOLD))
def test_an_edit_that_fails_says_whether_it_may_have_been_done(
    jira: responses.RequestsMock, tracker: JiraTracker, fault: Fault, kind: str
) -> None:
    action, method, path = UNTOLD[kind]
    jira.add(method, f"{API}/{path}", **fault.answer)

    with pytest.raises(GatewayError) as failed:
        tracker.perform(action, "mark")

    assert judged(failed.value) == (fault.retryable, fault.write_in_doubt, fault.retry_after)
    assert failed.value.outage == (fault.name in OUTAGES)
    assert len(jira.calls) == 1


@pytest.mark.parametrize("fault", BY_NAME)
@pytest.mark.parametrize("kind", list(WRITES))
def test_a_write_that_fails_says_whether_it_may_have_been_done(tracker: JiraTracker, fault: Fault, kind: str) -> None:
    action, _, path = WRITES[kind]
    with responses.RequestsMock(assert_all_requests_are_fired=False) as jira:
        jira.post(f"{API}/{path}", **fault.answer)
        read_back = jira.get(f"{API}/issue/10021", status=429, headers={"Retry-After": "3"})

        with pytest.raises(GatewayError) as failed:
            tracker.perform(action, "mark")

        patience = 3.0 if read_back.call_count else fault.retry_after
        assert judged(failed.value) == (fault.retryable, fault.write_in_doubt, patience)
        assert sum(call.request.method == "POST" for call in jira.calls) == 1


def test_404_is_none_for_a_read_and_final_for_a_write(jira: responses.RequestsMock, tracker: JiraTracker) -> None:
    jira.get(f"{API}/issue/10021", status=404)
    jira.post(f"{API}/issue/10021/comment", status=404, json=said("Issue does not exist"))

    with pytest.raises(GatewayError, match="Issue does not exist") as failed:
        tracker.perform(COMMENT, "mark")

    assert tracker.item(10021) is None
    assert judged(failed.value) == (False, False, None)


def test_a_date_to_come_back_at_is_kept_to(jira: responses.RequestsMock, tracker: JiraTracker) -> None:
    header = {"Retry-After": format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)}
    jira.get(f"{API}/issue/10021", status=429, headers=header)

    with pytest.raises(GatewayError) as failed:
        tracker.item(10021)

    assert 60.0 < (failed.value.retry_after or 0.0) <= 90.0


def test_jiras_words_are_bounded() -> None:
    body = b'{"errorMessages":["' + b"x" * 10_000 + b'"]}'

    error = refusal(Call(doing="asking", writes=False), 400, {}, body, datetime.now(UTC))

    assert len(str(error)) < 400


@pytest.mark.parametrize(("action", "path"), [(LINK, "issueLink"), (MOVE, "issue/10021/transitions")])
def test_a_change_that_cannot_be_read_back_is_in_doubt(
    jira: responses.RequestsMock, tracker: JiraTracker, action: LinkAction | TransitionAction, path: str
) -> None:
    jira.post(f"{API}/{path}", status=201, body=b"")
    jira.get(f"{API}/issue/10021", status=429, headers={"Retry-After": "3"})

    with pytest.raises(GatewayError) as failed:
        tracker.perform(action, "mark")

    assert judged(failed.value) == (True, True, 3.0)


def test_a_link_that_jira_took_and_does_not_show_is_in_doubt(
    jira: responses.RequestsMock, tracker: JiraTracker
) -> None:
    jira.post(f"{API}/issueLink", status=201, body=b"")
    jira.get(f"{API}/issue/10021", json={"id": "10021", "key": "PAY-1", "fields": {"issuelinks": []}})

    with pytest.raises(GatewayError) as failed:
        tracker.perform(LINK, "mark")

    assert judged(failed.value) == (True, True, None)


def test_a_move_that_jira_took_and_does_not_show_is_in_doubt(
    jira: responses.RequestsMock, tracker: JiraTracker
) -> None:
    shown = {"id": "1", "name": "Open", "statusCategory": {"key": "new"}}
    jira.post(f"{API}/issue/10021/transitions", status=200, json={"unexpected": True})
    jira.get(f"{API}/issue/10021", json={"id": "10021", "key": "PAY-1", "fields": {"status": shown}})

    with pytest.raises(GatewayError, match="the status is as before") as failed:
        tracker.perform(MOVE, "mark")

    assert judged(failed.value) == (True, True, None)


@pytest.mark.parametrize("status", [400, 403, 404])
def test_where_jira_refuses_to_tell_what_a_person_may_see_they_may_see_nothing(
    jira: responses.RequestsMock, tracker: JiraTracker, status: int
) -> None:
    jira.post(f"{API}/permissions/check", status=status)

    assert tracker.may_browse("acc", [1, 2]) == frozenset()


@pytest.mark.parametrize("status", [401, 429, 500])
def test_an_outage_is_told_as_one_and_not_as_a_missing_permission(
    jira: responses.RequestsMock, tracker: JiraTracker, status: int
) -> None:
    jira.post(f"{API}/permissions/check", status=status)

    with pytest.raises(GatewayError) as failed:
        tracker.may_browse("acc", [1])

    assert not failed.value.in_doubt


def test_more_than_is_asked_is_never_granted(jira: responses.RequestsMock, tracker: JiraTracker) -> None:
    granted = [{"permission": "BROWSE_PROJECTS", "issues": [1, 3]}, {"permission": "EDIT_ISSUES", "issues": [2]}]
    jira.post(f"{API}/permissions/check", json={"globalPermissions": [], "projectPermissions": granted})

    assert tracker.may_browse("acc", [1, 2]) == frozenset({1})


def test_permissions_are_asked_for_a_thousand_issues_at_a_time(
    jira: responses.RequestsMock, tracker: JiraTracker
) -> None:
    for first in (1, 1001):
        issues = list(range(first, first + 1000))
        jira.post(
            f"{API}/permissions/check",
            json={"projectPermissions": [{"permission": "BROWSE_PROJECTS", "issues": issues}]},
            match=[responses.matchers.json_params_matcher({"projectPermissions": ANY_OF[first]}, strict_match=False)],
        )

    assert len(tracker.may_browse("acc", range(1, 1501))) == 1500


ANY_OF = {
    first: [{"permissions": ["BROWSE_PROJECTS"], "issues": list(range(first, min(first + 1000, 1501)))}]
    for first in (1, 1001)
}


@pytest.mark.parametrize("key", ["", "PAY", "PAY-", "PAY-1/../../x", "..", "PAY-1?x", "PAY-١", "P\n-1"])  # noqa: RUF001
def test_what_cannot_be_a_key_is_not_asked_for(jira: responses.RequestsMock, tracker: JiraTracker, key: str) -> None:
    assert tracker.item_by_key(key) is None
    assert not jira.calls


USERS = [
    {"accountId": "a", "emailAddress": "Dana@Example.test", "active": True},
    {"accountId": "b", "emailAddress": "dana@example.test.evil", "active": True},
    {"accountId": "c", "emailAddress": "dana@example.test", "active": False},
    {"accountId": "d", "active": True},
]


@pytest.mark.parametrize(
    ("users", "account"),
    [(USERS, "a"), (USERS[1:], None), ([*USERS, {**USERS[0], "accountId": "e"}], None), ([], None)],
)
def test_an_account_is_found_by_one_active_exact_and_visible_address(
    jira: responses.RequestsMock, tracker: JiraTracker, users: list[dict[str, Any]], account: str | None
) -> None:
    jira.get(f"{API}/user/search", json=users)

    assert tracker.account_of("dana@example.test") == account


def test_a_comment_that_somebody_changed_is_left_as_it_is(jira: responses.RequestsMock, tracker: JiraTracker) -> None:
    jira.get(f"{API}/issue/10021/comment/77", json={"id": "77", "body": "ours, and theirs"})

    with pytest.raises(GatewayError, match="changed by somebody") as failed:
        tracker.perform(UncommentAction(item=10021, comment="77", text=Line(text="ours")), "mark")

    assert judged(failed.value) == (False, False, None)


def test_a_comment_after_which_we_could_not_stop_watching_is_in_doubt_and_not_written_again(
    jira: responses.RequestsMock, tracker: JiraTracker
) -> None:
    jira.get(f"{API}/myself", json={"accountId": "bot"})
    jira.post(f"{API}/issue/10021/comment", status=201, json={"id": "77"})
    jira.delete(f"{API}/issue/10021/watchers", status=429, headers={"Retry-After": "3"})

    with pytest.raises(GatewayError) as failed:
        tracker.perform(COMMENT, "mark")

    assert judged(failed.value) == (True, True, 3.0)


@pytest.mark.parametrize("status", [400, 403, 404])
def test_a_comment_is_written_where_nobody_can_stop_watching(
    jira: responses.RequestsMock, tracker: JiraTracker, status: int
) -> None:
    jira.get(f"{API}/myself", json={"accountId": "bot"})
    jira.post(f"{API}/issue/10021/comment", status=201, json={"id": "77"})
    jira.delete(f"{API}/issue/10021/watchers", status=status)

    assert tracker.perform(COMMENT, "mark").id == "77"


@pytest.mark.parametrize("status", [403, 404])
def test_where_jira_does_not_tell_who_watches_nothing_is_known(
    jira: responses.RequestsMock, tracker: JiraTracker, status: int
) -> None:
    jira.get(f"{API}/issue/10021/watchers", status=status)

    assert tracker.watchers(10021) is None


def test_a_watcher_who_leaves_while_we_take_him_off_is_gone(jira: responses.RequestsMock, tracker: JiraTracker) -> None:
    jira.get(f"{API}/issue/10021/watchers", json={"watchers": [{"accountId": "acc"}]})
    jira.delete(f"{API}/issue/10021/watchers", status=404)

    assert tracker.perform(UnwatchAction(item=10021, account="acc"), "mark").id == "acc"


def test_a_comment_that_goes_while_we_delete_it_is_gone(jira: responses.RequestsMock, tracker: JiraTracker) -> None:
    jira.get(f"{API}/issue/10021/comment/77", json={"id": "77", "body": "ours"})
    jira.delete(f"{API}/issue/10021/comment/77", status=404)

    assert tracker.perform(UncommentAction(item=10021, comment="77", text=Line(text="ours")), "mark").id == "77"


def test_a_link_that_goes_while_we_delete_it_is_gone(jira: responses.RequestsMock, tracker: JiraTracker) -> None:
    shown = {"id": "10021", "key": "PAY-1", "fields": {"issuelinks": [link("5", "outward", 10022, "PAY-2")]}}
    jira.get(f"{API}/issue/10021", json=shown)
    jira.delete(f"{API}/issueLink/5", status=404)

    assert tracker.perform(UnlinkAction(item=10021, other=10022, type="duplicate"), "mark").id == "5"


def test_line_ends_that_jira_turned_round_are_no_change(jira: responses.RequestsMock, tracker: JiraTracker) -> None:
    jira.get(f"{API}/issue/10021/comment/77", json={"id": "77", "body": "ours\r\nand more"})
    jira.delete(f"{API}/issue/10021/comment/77", status=204)

    done = tracker.perform(UncommentAction(item=10021, comment="77", text=Line(text="ours\nand more\n")), "mark")

    assert done.id == "77"


def test_a_mark_is_found_on_a_later_page_of_comments(jira: responses.RequestsMock, tracker: JiraTracker) -> None:
    for start in (0, 100):
        marks = [(start + n, "wanted" if start + n == 150 else "other") for n in range(100)]
        comments = [{"id": n, "properties": [{"key": "yardmaster", "value": {"mark": mark}}]} for n, mark in marks]
        where = responses.matchers.query_param_matcher({"startAt": start}, strict_match=False)
        jira.get(f"{API}/issue/10021/comment", json={"comments": comments, "total": 200}, match=[where])

    found = tracker.find(COMMENT, "wanted")

    assert found is not None
    assert found.id == "150"


@pytest.mark.parametrize("fault", BY_NAME)
def test_a_look_for_a_created_issue_that_fails_tells_nothing_of_it(
    jira: responses.RequestsMock, tracker: JiraTracker, fault: Fault
) -> None:
    jira.post(f"{API}/search/jql", **fault.answer)

    with pytest.raises(GatewayError, match=r"^Jira.* when looking for the issue that we created in PAY") as failed:
        tracker.find(CREATE, "mark")

    assert judged(failed.value) == (fault.retryable, False, fault.retry_after)


FOREIGN_MARKS: list[object] = [None, "mark", 7, [], {"mark": 7}, {"mark": "another"}, {"other": "mark"}]


def test_a_created_issue_is_told_by_its_mark_alone(jira: responses.RequestsMock, tracker: JiraTracker) -> None:
    marks = [*FOREIGN_MARKS, {"mark": "mark"}]
    found = [{"id": str(n), "key": f"PAY-{n}", "properties": {"yardmaster": mark}} for n, mark in enumerate(marks)]
    jira.post(f"{API}/search/jql", json={"issues": [{"id": "99", "key": "PAY-99"}, *found]})

    assert tracker.find(CREATE, "mark") == Receipt(id="7", note="PAY-7")


@pytest.mark.parametrize("project", ["", "PAY OR 1=1", 'P"', "x" * 101, "P\nAY"])
def test_what_cannot_be_a_projects_key_is_not_searched_for(
    jira: responses.RequestsMock, tracker: JiraTracker, project: str
) -> None:
    elsewhere = CreateAction(project=project, type="Bug", summary=Tainted(text="x"), description=Line(text="x"))

    assert tracker.find(elsewhere, "mark") is None
    assert not jira.calls


def test_a_page_that_never_ends_does_not_hold_us(jira: responses.RequestsMock, tracker: JiraTracker) -> None:
    jira.get(f"{API}/issue/10021/comment", json={"comments": [], "total": 10**9})

    assert tracker.find(COMMENT, "wanted") is None


@contextmanager
def raw_server(answer: bytes) -> Iterator[str]:
    """Serve one connection with these bytes and then hang up; gives the address."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(60)

        def serve() -> None:
            peer, _ = listener.accept()
            with peer:
                peer.recv(65_536)
                peer.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        thread.join()


HEAD = b"HTTP/1.1 201 Created\r\nContent-Type: application/json\r\n"


@pytest.mark.parametrize(
    "answer",
    [b"", b"HTTP/1.1 201 Crea", HEAD + b'Content-Length: 100\r\n\r\n{"id":"7"}', HEAD + b"\r\n", b"\x16\x03garbage"],
)
def test_a_real_connection_that_breaks_after_a_write_leaves_it_in_doubt(answer: bytes) -> None:
    with raw_server(answer) as url:
        tracker = JiraTracker(url, "bot@example.test", "made-up", timeout=60)

        with pytest.raises(GatewayError) as failed:
            tracker.perform(COMMENT, "mark")

    assert judged(failed.value) == (True, True, None)


def test_a_server_that_stays_silent_leaves_a_write_in_doubt() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        tracker = JiraTracker(url, "bot@example.test", "made-up", timeout=0.2)

        with pytest.raises(GatewayError, match="in time") as failed:
            tracker.perform(COMMENT, "mark")

    assert judged(failed.value) == (True, True, None)


def test_a_closed_port_was_certainly_not_written_to() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    tracker = JiraTracker(url, "bot@example.test", "made-up")

    with pytest.raises(GatewayError, match="could not be reached") as failed:
        tracker.perform(COMMENT, "mark")

    assert judged(failed.value) == (True, False, None)


def test_a_proxy_of_the_environment_is_not_used_for_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    answer = b'HTTP/1.1 200 OK\r\nContent-Length: 19\r\n\r\n{"accountId":"bot"}'

    with raw_server(answer) as url:
        assert JiraTracker(url, "bot@example.test", "made-up").account() == "bot"


def test_no_message_holds_the_token_or_a_persons_address(jira: responses.RequestsMock, tracker: JiraTracker) -> None:
    jira.get(f"{API}/user/search", body=requests.ConnectionError("GET /user/search?query=dana@example.test made-up"))

    with pytest.raises(GatewayError) as failed:
        tracker.account_of("dana@example.test")

    assert "dana" not in str(failed.value)
    assert "made-up" not in str(failed.value)
    assert failed.value.__cause__ is None
