"""How a story is judged: what counts, how much of it, and what a capability that is not there makes of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from sandbox.playing.cards import Card
from sandbox.playing.checks import Answers, AnyCheck, Effects, Issues, Messages, Place, Trail
from sandbox.playing.colleagues import Answer
from sandbox.playing.evidence import Change, Evidence
from sandbox.playing.judging import judge
from sandbox.playing.script import Capability

BEGAN = datetime(2026, 3, 2, 9, tzinfo=UTC)
ASKED, ANSWERED = BEGAN + timedelta(minutes=5), BEGAN + timedelta(minutes=20)
CAPABILITIES = {"old": Capability(here=True, what=""), "new": Capability(here=False, what="")}


def issue(status: str, *links: str) -> dict[str, Any]:
    named = {"status": {"name": status}, "priority": {"name": "High"}, "resolution": None, "assignee": None}
    comments = [{"body": "see PAY-1", "author": {"accountType": "app"}}, {"body": "thanks", "author": {}}]
    return {"fields": {**named, "issuelinks": [{"inwardIssue": {"key": key}} for key in links]}, "comments": comments}


EVIDENCE = Evidence(
    began=BEGAN,
    keys={"one": "PAY-8", "two": "WEB-9", "build": "1019"},
    issues={"PAY-8": issue("Closed", "PAY-1"), "WEB-9": issue("Open")},
    messages=[
        Card(channel="C1", ts="1.0", at=ASKED, to="yard", text="Is PAY-8 known?", keys=frozenset({"PAY-8"}), buttons=())
    ],
    changes=[Change(issue="PAY-8", kind="link.created", at=ANSWERED)],
    trails={"PAY-8": [{"kind": "action.done", "text": "done: link PAY-8"}]},
    answers=[Answer(who="mika", button="request.approve", at=ANSWERED, keys=frozenset({"PAY-8"}))],
    places={"pipeline/x": '{"status":"failed"}'},
)


@pytest.mark.parametrize(
    ("check", "state"),
    [
        (Issues(says="", which=("one",), status=("Closed",), linked_to=("PAY-1",), comments_say=("PAY-1",)), "met"),
        (Issues(says="", which=("one",), comments_say=("thanks",)), "missed"),
        (Issues(says="", which=("one",), linked_to=("two",)), "missed"),
        (Issues(says="", which=("*",), status=("Closed", "Open")), "met"),
        (Issues(says="", which=("*",), status=("Closed",)), "missed"),
        (Issues(says="", which=("*",), status=("Closed",), at_least=1, at_most=1), "met"),
        (Issues(says="", which=("two",), touched=True), "missed"),
        (Issues(says="", which=("two",), touched=False, priority=("High",)), "met"),
        (Issues(says="", which=("two",), assignee=("Tom Becker",)), "missed"),
        (Messages(says="", to=("yard",), about=("one",), words=("known",), within="10m"), "met"),
        (Messages(says="", to=("yard",), within="4m"), "missed"),
        (Messages(says="", about=("two",), at_most=0), "met"),
        (Messages(says="", to=("mika",)), "missed"),
        (Trail(says="", issue="one", kind="action.done", words=("link",)), "met"),
        (Trail(says="", issue="two", kind="action.done"), "missed"),
        (Answers(says="", who=("mika",), within="30m"), "met"),
        (Answers(says="", who=("priya",)), "missed"),
        (Answers(says="", within="10m"), "missed"),
        (Effects(says="", about=("one",), kinds=("link.created",)), "met"),
        (Effects(says="", about=("one",), before_answer=True, at_most=0), "met"),
        (Effects(says="", at_most=0), "missed"),
        (Place(says="", at="pipeline/x", words=("failed",)), "met"),
        (Place(says="", at="pipeline/y", words=("failed",)), "missed"),
        (Trail(says="", issue="one", kind="action.done", needs=("old",)), "met"),
        (Trail(says="", issue="one", kind="action.done", needs=("old", "new")), "met early"),
        (Trail(says="", issue="two", kind="action.done", needs=("new",)), "not yet"),
    ],
    ids=repr,
)
def test_a_check_is_met_by_what_there_is_to_see(check: AnyCheck, state: str) -> None:
    assert judge(check, EVIDENCE, CAPABILITIES).state == state


def test_a_change_before_the_yes_is_found() -> None:
    seen = replace(EVIDENCE, changes=[Change(issue="PAY-8", kind="comment.created", at=ASKED)])
    assert judge(Effects(says="", before_answer=True), seen, CAPABILITIES).state == "met"


def test_a_miss_says_what_was_found_instead() -> None:
    finding = judge(Issues(says="", which=("*",), status=("Closed",)), EVIDENCE, CAPABILITIES)
    assert finding.why == "1 of 2 issues; WEB-9 has the status Open"
    assert finding.is_failure
