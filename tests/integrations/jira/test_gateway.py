"""The gateway against a Jira that keeps state: what is done is there, once, and can be found and undone."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from integrations.jira.gateway import JiraTracker
from orchestrator.ports import GatewayError, Receipt
from rules.actions import (
    Action,
    AssignAction,
    CommentAction,
    FieldAction,
    LinkAction,
    PriorityAction,
    TransitionAction,
    UncommentAction,
    UnlinkAction,
    UnwatchAction,
    WatchAction,
)
from rules.canonical import revive
from rules.model import Item, ItemRef, Line, Snapshot, Status, Tainted
from tests.integrations.jira.conftest import Site

OPEN = Status(id="1", name="Open", category="new")
CLOSED = Status(id="6", name="Closed", category="done")


def item_of(seen: Snapshot | None) -> Item:
    assert seen is not None
    return revive({"id": seen.id, "key": seen.key, **seen.fields}, Item)


def test_an_issue_is_read_in_full_by_id_and_by_key(site: Site, tracker: JiraTracker) -> None:
    item = site.create(
        description="It says *E42*.",
        components=[{"name": "checkout"}],
        versions=[{"name": "1.4"}],
        labels=["cards"],
        assignee={"accountId": "acc-lena"},
    )

    read = item_of(tracker.item(item))

    assert (read.id, read.project, read.type, read.status) == (item, "PAY", "Bug", OPEN)
    assert (read.summary.text, read.description.text) == ("Card is refused", "It says *E42*.")
    assert (read.reporter, read.assignee) == ("acc-dana", "acc-lena")
    assert (read.components, read.versions, read.labels) == (("checkout",), ("1.4",), ("cards",))
    assert item_of(tracker.item_by_key(read.key)) == read


def test_an_issue_that_is_not_there_is_none(tracker: JiraTracker) -> None:
    assert tracker.item(999_999) is None
    assert tracker.item_by_key("PAY-999999") is None


def test_history_comes_with_the_issue(site: Site, tracker: JiraTracker) -> None:
    item = site.create()
    site.ask("PUT", f"/rest/api/2/issue/{item}", {"fields": {"summary": "Visa is refused"}})

    seen = tracker.item(item)

    assert seen is not None
    (change,) = (one for one in seen.changes if one.field == "summary")
    assert (change.before_text, change.after_text, change.author) == ("Card is refused", "Visa is refused", "acc-dana")


def test_a_link_leads_from_the_item_outward_to_the_other(site: Site, tracker: JiraTracker) -> None:
    item, other = site.create(), site.create()

    receipt = tracker.perform(LinkAction(item=item, other=other, type="Duplicate"), "mark")

    (here,) = item_of(tracker.item(item)).links
    (there,) = item_of(tracker.item(other)).links
    assert (here.id, here.type, here.direction, here.other) == (receipt.id, "Duplicate", "outward", other)
    assert (there.direction, there.other) == ("inward", item)


def test_linking_twice_makes_one_link(site: Site, tracker: JiraTracker) -> None:
    item, other = site.create(), site.create()
    link = LinkAction(item=item, other=other, type="Duplicate")

    first, second = tracker.perform(link, "mark"), tracker.perform(link, "mark")

    assert first == second
    assert len(item_of(tracker.item(item)).links) == 1


def test_only_the_link_that_was_meant_is_removed(site: Site, tracker: JiraTracker) -> None:
    item, other = site.create(), site.create()
    tracker.perform(LinkAction(item=item, other=other, type="Duplicate"), "mark")
    tracker.perform(LinkAction(item=item, other=other, type="Relates"), "mark")
    tracker.perform(LinkAction(item=other, other=item, type="Duplicate"), "mark")

    tracker.perform(UnlinkAction(item=item, other=other, type="Duplicate"), "mark")

    left = {(link.type, link.direction) for link in item_of(tracker.item(item)).links}
    assert left == {("Relates", "outward"), ("Duplicate", "inward")}


def test_a_comment_carries_its_mark_and_no_live_words_from_outside(site: Site, tracker: JiraTracker) -> None:
    item = site.create()
    text = Line(
        text="Same as {0}: {1}", parts=(ItemRef(id=5, key="PAY-5"), Tainted(text="[~accountid:acc-dana] {panic}"))
    )

    receipt = tracker.perform(CommentAction(item=item, text=text), "m" * 64)

    comment = site.ask("GET", f"/rest/api/2/issue/{item}/comment/{receipt.id}?expand=properties")
    assert comment["body"] == rf"Same as [PAY-5|{site.url}/browse/PAY-5]: \[\~accountid:acc-dana\] \{{panic\}}"
    assert [(one["key"], one["value"]) for one in comment["properties"]] == [("yardmaster", {"mark": "m" * 64})]


def test_a_comment_of_ours_is_deleted_once_and_then_counts_as_gone(site: Site, tracker: JiraTracker) -> None:
    item, text = site.create(), Line(text="ours")
    written = tracker.perform(CommentAction(item=item, text=text), "mark")
    uncomment = UncommentAction(item=item, comment=written.id, text=text)

    first, second = tracker.perform(uncomment, "mark"), tracker.perform(uncomment, "mark")

    assert first == Receipt(id=written.id)
    assert "already gone" in second.note
    assert len(site.effects(item, "comment.deleted")) == 1


def test_a_comment_that_was_edited_stays(site: Site, tracker: JiraTracker) -> None:
    item, text = site.create(), Line(text="ours")
    written = tracker.perform(CommentAction(item=item, text=text), "mark")
    path = f"/rest/api/2/issue/{item}/comment/{written.id}"
    site.ask("PUT", path, {"body": "ours, and more"}, by="bot")

    with pytest.raises(GatewayError, match="changed by somebody"):
        tracker.perform(UncommentAction(item=item, comment=written.id, text=text), "mark")

    assert site.ask("GET", path)["body"] == "ours, and more"


def test_what_a_transition_requires_is_told_and_filling_it_moves_the_issue(site: Site, tracker: JiraTracker) -> None:
    item = site.create()
    (offered,) = tracker.transitions(item)
    filled = {"resolution": {"name": "Duplicate"}}
    move = TransitionAction(
        item=item, transition=offered.id, name=offered.name, before=OPEN, after=offered.to, fields=filled
    )

    receipt = tracker.perform(move, "0123456789abcdef" * 4)

    assert [(field.id, field.allowed) for field in offered.required] == [("resolution", ("Fixed", "Duplicate"))]
    assert receipt == Receipt(id=CLOSED.id)
    assert item_of(tracker.item(item)).resolution == "Duplicate"
    mark = site.ask("GET", f"/rest/api/2/issue/{item}/properties/yardmaster.0123456789abcdef")
    assert mark["value"] == {"mark": "0123456789abcdef" * 4}


def test_a_transition_without_its_required_field_is_refused_in_jiras_words(site: Site, tracker: JiraTracker) -> None:
    item = site.create()
    move = TransitionAction(item=item, transition="31", name="Close", before=OPEN, after=CLOSED)

    with pytest.raises(GatewayError, match="resolution") as refused:
        tracker.perform(move, "mark")

    assert (refused.value.retryable, refused.value.in_doubt) == (False, False)
    assert item_of(tracker.item(item)).status == OPEN


def actions(item: int, other: int, comment: str) -> dict[str, Action]:
    fields = {"resolution": {"name": "Duplicate"}}
    return {
        "link": LinkAction(item=item, other=other, type="Relates"),
        "unlink": UnlinkAction(item=item, other=other, type="Duplicate"),
        "comment": CommentAction(item=item, text=Line(text="new")),
        "uncomment": UncommentAction(item=item, comment=comment, text=Line(text="old")),
        "move": TransitionAction(item=item, transition="31", name="Close", before=OPEN, after=CLOSED, fields=fields),
        "watch": WatchAction(item=item, account="acc-lena"),
        "unwatch": UnwatchAction(item=item, account="acc-dana"),
        "priority": PriorityAction(item=item, before="Medium", after="Highest"),
        "field": FieldAction(item=item, field="Due date", before="", after="2026-12-01"),
        "assign": AssignAction(item=item, before=None, after="acc-lena"),
    }


LOST = {
    "link": ("issueLink", "POST", "link.created"),
    "unlink": ("issueLink", "DELETE", "link.deleted"),
    "comment": ("comment", "POST", "comment.created"),
    "uncomment": ("comment", "DELETE", "comment.deleted"),
    "move": ("transitions", "POST", "transition.done"),
    "watch": ("watchers", "POST", "watcher.added"),
    "unwatch": ("watchers", "DELETE", "watcher.removed"),
    "priority": ("issue", "PUT", "issue.edited"),
    "field": ("issue", "PUT", "issue.edited"),
    "assign": ("assignee", "PUT", "issue.assigned"),
}


@pytest.mark.parametrize("kind", list(LOST))
def test_an_action_whose_answer_was_lost_is_in_doubt_and_found_done_once(
    site: Site, tracker: JiraTracker, kind: str
) -> None:
    item, other = site.create(), site.create()
    tracker.perform(LinkAction(item=item, other=other, type="Duplicate"), "before")
    old = tracker.perform(CommentAction(item=item, text=Line(text="old")), "before")
    action = actions(item, other, old.id)[kind]
    path, method, effect = LOST[kind]
    done_before = len(site.effects(item, effect))
    assert tracker.find(action, "mark") is None
    site.break_off(path, method=method)

    with pytest.raises(GatewayError) as lost:
        tracker.perform(action, "mark")

    assert (lost.value.retryable, lost.value.in_doubt) == (True, True)
    assert tracker.find(action, "mark") is not None
    assert len(site.effects(item, effect)) == done_before + 1


def test_a_comment_of_another_mark_is_not_ours(site: Site, tracker: JiraTracker) -> None:
    item = site.create()
    comment = CommentAction(item=item, text=Line(text="ours"))
    site.ask("POST", f"/rest/api/2/issue/{item}/comment", {"body": "theirs"})
    receipt = tracker.perform(comment, "mark")

    assert tracker.find(comment, "mark") == receipt
    assert tracker.find(comment, "another") is None


def test_a_person_sees_only_what_jira_lets_them_browse(site: Site, tracker: JiraTracker) -> None:
    public, secret = site.create(), item_of(tracker.item_by_key("SEC-1")).id

    assert tracker.may_browse("acc-dana", [public, secret]) == {public}
    assert tracker.may_browse("acc-lena", [public, secret]) == {public, secret}
    assert tracker.may_browse("nobody", [public, secret]) == frozenset()
    assert tracker.may_browse("acc-dana", []) == frozenset()


def test_who_we_are_and_who_shows_an_address(tracker: JiraTracker) -> None:
    assert tracker.account() == "acc-bot"
    assert tracker.account_of("DANA@example.com") == "acc-dana"
    assert tracker.account_of("lena@example.com") is None
    assert tracker.account_of("nobody@example.com") is None


def test_a_wrong_token_is_told_as_one(site: Site) -> None:
    with pytest.raises(GatewayError, match="JIRA_API_TOKEN") as refused:
        JiraTracker(site.url, "bot@example.com", "wrong").account()

    assert not refused.value.retryable


def test_threads_share_one_tracker(site: Site, tracker: JiraTracker) -> None:
    items = [site.create() for _ in range(8)]

    with ThreadPoolExecutor(4) as pool:
        read = list(pool.map(lambda item: item_of(tracker.item(item)).id, items))

    assert read == items


def test_a_human_opens_an_issue_by_its_key(site: Site, tracker: JiraTracker) -> None:
    assert tracker.url_of("PAY-1") == f"{site.url}/browse/PAY-1"
