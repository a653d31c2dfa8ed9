"""Comments as they stand: read with our marks, and put into other words, on a Jira over HTTP."""

from __future__ import annotations

import pytest

from integrations.jira.gateway import JiraTracker
from orchestrator.ports import GatewayError
from rules.actions import CommentAction, RewordAction
from rules.model import Line, Tainted
from tests.integrations.jira.conftest import Site

BEFORE = Line(text="{0} in Slack:\n\n{1}", parts=(Tainted(text="Dana"), Tainted(text="It *blinks*\nred")))
AFTER = Line(text="{0} in Slack:\n\n{1}", parts=(Tainted(text="Dana"), Tainted(text="It is {dead}")))


def reworded(item: int, comment: str, before: Line = BEFORE) -> RewordAction:
    return RewordAction(item=item, comment=comment, before=before, text=AFTER, internal=True, whole=True)


def test_comments_are_read_the_newest_first_with_who_wrote_them_and_whose_mark_they_carry(
    site: Site, tracker: JiraTracker
) -> None:
    item = site.create()
    site.ask("POST", f"/rest/api/2/issue/{item}/comment", {"body": "theirs"})
    tracker.perform(CommentAction(item=item, text=BEFORE, internal=True, whole=True), "mark-1")

    ours, theirs = tracker.remarks(item).remarks

    assert (ours.mark, ours.public) == ("mark-1", False)
    assert (theirs.mark, theirs.public, theirs.text, theirs.author) == (None, True, "theirs", "acc-dana")
    assert theirs.name
    assert theirs.updated
    assert tracker.remarks(item).whole


def test_a_single_comment_is_read_as_it_stands_and_none_once_it_is_gone(site: Site, tracker: JiraTracker) -> None:
    item = site.create()
    id_ = site.ask("POST", f"/rest/api/2/issue/{item}/comment", {"body": "theirs"})["id"]
    found = tracker.remark(item, id_)

    site.ask("DELETE", f"/rest/api/2/issue/{item}/comment/{id_}")

    assert found is not None
    assert found.text == "theirs"
    assert tracker.remark(item, id_) is None


def test_of_an_issue_that_is_not_there_no_comment_is_told(tracker: JiraTracker) -> None:
    assert tracker.remarks(999_999).remarks == ()
    assert tracker.remark(999_999, "1") is None


def test_our_comment_gets_other_words_and_keeps_its_mark_and_its_readers(site: Site, tracker: JiraTracker) -> None:
    item = site.create()
    written = tracker.perform(CommentAction(item=item, text=BEFORE, internal=True, whole=True), "mark-1")
    action = reworded(item, written.id)
    before = tracker.find(action, "mark-2")

    receipt = tracker.perform(action, "mark-2")

    (now,) = tracker.remarks(item).remarks
    assert (now.id, now.mark, now.public) == (written.id, "mark-2", False)
    assert "It is \\{dead\\}" in now.text
    assert (before, tracker.find(action, "mark-2")) == (None, receipt)


def test_a_comment_of_several_lines_stands_in_full(site: Site, tracker: JiraTracker) -> None:
    item = site.create()
    words = "\n".join(f"line {nth} " + "x" * 100 for nth in range(20))

    tracker.perform(CommentAction(item=item, text=Line(text="{0}", parts=(Tainted(text=words),)), whole=True), "mark")

    assert tracker.remarks(item).remarks[0].text.count("\n") == 19


@pytest.mark.parametrize("change", ["edited", "deleted"])
def test_a_comment_that_somebody_changed_or_deleted_is_left(site: Site, tracker: JiraTracker, change: str) -> None:
    item = site.create()
    written = tracker.perform(CommentAction(item=item, text=BEFORE, whole=True), "mark-1")
    path = f"/rest/api/2/issue/{item}/comment/{written.id}"
    if change == "edited":
        site.ask("PUT", path, {"body": "somebody's"}, by="bot")
    else:
        site.ask("DELETE", path, by="bot")

    with pytest.raises(GatewayError) as refused:
        tracker.perform(reworded(item, written.id), "mark-2")

    assert refused.value.final
