"""The admin webhooks of the sandbox's Jira: registered, changed, filtered, removed, and by administrators alone."""

import hashlib
import hmac
import json
from collections.abc import Callable
from typing import Any

import pytest

from sandbox.running import Sandbox
from tests.sandbox.ear import Ear, Rest, control, eventually, new_issue

Json = dict[str, Any]


def place(sandbox: Sandbox) -> str:
    return f"{sandbox.world.places.jira}/rest/webhooks/1.0/webhook"


def register(sandbox: Sandbox, bot: Rest, ear: Ear, **more: Any) -> Json:
    hook = {"name": "x", "url": ear.url, "events": ["comment_created"], "secret": "hush", **more}
    made = bot.session.post(place(sandbox), json=hook)
    assert made.status_code == 201, made.text
    return dict(made.json())


def test_webhooks_are_registered_filtered_and_removed(
    sandbox: Sandbox, ears: Callable[[], Ear], dana: Rest, bot: Rest
) -> None:
    ear = ears()
    made = register(sandbox, bot, ear, filters={"issue-related-events-section": "project in (WEB)"})

    new_issue(dana, "WEB")
    dana("POST", "issue/PAY-1/comment", json={"body": "other project"})
    dana("POST", "issue/WEB-1/comment", json={"body": "this one"})

    eventually(lambda: ear.heard and control(sandbox, "GET", "idle")["idle"])
    assert [json.loads(heard.raw)["comment"]["body"] for heard in ear.heard] == ["this one"]
    assert bot.session.delete(made["self"]).status_code == 204
    assert bot.session.get(place(sandbox)).json() == []


def test_a_secret_is_kept_and_never_told(sandbox: Sandbox, ears: Callable[[], Ear], bot: Rest) -> None:
    made = register(sandbox, bot, ears())
    bare = register(sandbox, bot, ears(), name="y", secret=None)

    assert "hush" not in json.dumps([made, bot.session.get(place(sandbox)).json()])
    assert (made["isSigned"], bare["isSigned"]) == (True, False)


def test_a_change_keeps_the_number_and_a_secret_that_is_not_named(
    sandbox: Sandbox, ears: Callable[[], Ear], dana: Rest, bot: Rest
) -> None:
    ear = ears()
    made = register(sandbox, bot, ears())

    body = {"name": "x", "url": ear.url, "events": ["jira:issue_created"]}
    changed = bot.session.put(made["self"], json=body)

    assert (changed.status_code, changed.json()["self"]) == (200, made["self"])
    assert bot.session.get(made["self"]).json() == changed.json()
    new_issue(dana)
    heard = eventually(lambda: ear.heard)[0]
    assert heard.headers["x-hub-signature"] == f"sha256={hmac.new(b'hush', heard.raw, hashlib.sha256).hexdigest()}"


def test_only_administrators_see_or_touch_them(
    sandbox: Sandbox, ears: Callable[[], Ear], dana: Rest, bot: Rest
) -> None:
    made = register(sandbox, bot, ears())
    hook = {"name": "mine", "url": "http://127.0.0.1:1/"}

    answers = [
        dana.session.get(place(sandbox)),
        dana.session.get(made["self"]),
        dana.session.post(place(sandbox), json=hook),
        dana.session.put(made["self"], json=hook),
        dana.session.delete(made["self"]),
    ]

    assert {answer.status_code for answer in answers} == {403}
    assert bot.session.get(place(sandbox)).json() == [made]


@pytest.mark.parametrize("hook", [{"url": "http://127.0.0.1:1/"}, {"name": "x", "url": "ftp://a"}, {"name": "x"}])
def test_what_is_no_webhook_is_refused(sandbox: Sandbox, bot: Rest, hook: Json) -> None:
    assert bot.session.post(place(sandbox), json=hook).status_code == 400
    assert bot.session.put(f"{place(sandbox)}/77", json=hook).status_code == 404


def test_who_administers_is_told_and_alone_may_ask_for_others(dana: Rest, bot: Rest) -> None:
    asked = {"accountId": "sbx-mika", "projectPermissions": [{"permissions": ["BROWSE_PROJECTS"], "projects": [10100]}]}

    told = [
        person("GET", "mypermissions?permissions=ADMINISTER").json()["permissions"]["ADMINISTER"]["havePermission"]
        for person in (dana, bot)
    ]
    statuses = [person("POST", "permissions/check", json=asked).status_code for person in (dana, bot)]

    assert (told, statuses) == ([False, True], [403, 200])


def test_who_may_not_delete_their_comments_or_resolve_is_refused(sandbox: Sandbox, dana: Rest) -> None:
    comment = dana("POST", "issue/PAY-2/comment", json={"body": "hi"}).json()["id"]
    sandbox.world.jira.projects["PAY"].permissions.update(uncomment=frozenset(), resolve=frozenset())
    words = "DELETE_OWN_COMMENTS,RESOLVE_ISSUES,ADD_COMMENTS"

    told = dana("GET", f"mypermissions?projectKey=PAY&permissions={words}").json()["permissions"]
    deleted = dana("DELETE", f"issue/PAY-2/comment/{comment}")
    closing = {"transition": {"id": "61"}, "fields": {"resolution": {"name": "Duplicate"}}}
    closed = dana("POST", "issue/PAY-2/transitions", json=closing)

    assert [word for word, about in told.items() if about["havePermission"]] == ["ADD_COMMENTS"]
    assert (deleted.status_code, closed.status_code) == (403, 400)
