"""What came of asking people to take work: what each end is worth, how it fades and shrinks, and how it is told."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from orchestrator.people.past import Gone
from orchestrator.people.tries import WORTH, Taking, Takings, Try, tries_of
from rules.actions import AssignAction, Payload
from rules.model import FieldChange, Item, SlaClock, Status, Subject, Tainted
from rules.requests import CANDIDATE, Ask, Request, RequestState, Step, Vote

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
ANDROID = (("component", "android"), ("project", "APP"), ("type", "Bug"))
BILLING = (("component", "billing"), ("project", "APP"), ("type", "Bug"))
OPEN = Status(id="1", name="Open", category="new")
DONE = Status(id="3", name="Done", category="done")
ASKED = NOW - 10 * DAY


def tried(person: str, *ends: str, ago: int = 10, traits: Any = ANDROID) -> list[Try]:
    return [Try(person=person, at=NOW - ago * DAY, traits=traits, end=end) for end in ends]  # type: ignore[arg-type]


def taking(tries: list[Try], person: str, traits: Any = ANDROID) -> Taking:
    return Takings.learnt(tries, NOW).of(traits, [person])[person]


def question(state: RequestState, *votes: Vote, **more: Any) -> Request:
    """Mika was asked to take issue 9."""
    action = AssignAction(item=9, before=None, after="j-mika", name="Mika")
    given: dict[str, Any] = {
        "id": "r1",
        "subject": Subject(kind="item", id="9"),
        "state": state,
        "asks": (Ask(decision="d1", payload=Payload(item=9, actions=(action,)), hash="h"),),
        "workflow": "assigning",
        "role": "triager",
        "asked_at": ASKED,
        "expires_at": ASKED + DAY,
        "ruleset": "v1",
        "votes": votes,
        "closed_at": ASKED + HOUR,
        "steps": (Step(name="a", roles=("triager", CANDIDATE), holders={CANDIDATE: ("mika",)}),),
    }
    return Request(**given | more)


def no(*roles: str) -> Vote:
    return Vote(request="r1", human="x", choice="reject", at=ASKED + HOUR, event="e1", roles=roles)


def change(id_: str, hours: float, field: str, before: str | None, after: str | None) -> FieldChange:
    return FieldChange(id=f"{id_}:0", at=ASKED + hours * HOUR, author="x", field=field, before=before, after=after)


TAKEN = change("1", 1, "assignee", None, "j-mika")
CLOSED = change("2", 5, "status", "1", "3")


def gone(*changes: FieldChange, status: Status = DONE, late: bool = False, who: str | None = None) -> Gone:
    item = Item(
        id=9,
        key="APP-9",
        project="APP",
        summary=Tainted(text="crash"),
        type="Bug",
        status=status,
        created=ASKED - HOUR,
        updated=NOW,
        assignee=who,
        slas=(SlaClock(name="Fix", breached=late),),
    )
    return Gone(item=item, changes=changes)


def ended(request: Request, issue: Gone, *more: Request) -> str | None:
    """How it ended; there are other issues, so that it is known what each status means."""
    others = [Gone(item=replace(gone(status=one).item, id=number)) for number, one in enumerate((OPEN, DONE), start=1)]
    found = tries_of([issue, *others], [request, *more], lambda account: account.removeprefix("j-"))
    assert [one.person for one in found] in ([], ["mika"])
    return found[0].end if found else None


def test_a_no_of_their_own_is_a_refusal_and_a_no_of_who_decides_is_none() -> None:
    assert ended(question(RequestState.REJECTED, no(CANDIDATE)), gone(status=OPEN)) == "refused"
    assert ended(question(RequestState.REJECTED, no("triager")), gone(status=OPEN)) is None


def test_silence_says_something_where_they_were_asked_themselves() -> None:
    assert ended(question(RequestState.EXPIRED), gone(status=OPEN)) == "silent"
    assert ended(question(RequestState.EXPIRED, steps=()), gone(status=OPEN)) is None


@pytest.mark.parametrize(
    ("issue", "end"),
    [
        (gone(TAKEN, CLOSED), "well"),
        (gone(TAKEN, CLOSED, late=True), "late"),
        (gone(TAKEN, change("2", 3, "assignee", "j-mika", "j-tom"), status=OPEN), "given back"),
        (gone(TAKEN, change("2", 3, "assignee", "j-mika", None), change("3", 5, "status", "1", "3")), "given back"),
        (gone(TAKEN, CLOSED, change("3", 9, "assignee", "j-mika", "j-tom")), "well"),
        (gone(TAKEN, CLOSED, change("3", 9, "status", "3", "1"), status=OPEN), "reopened"),
        (gone(TAKEN, CLOSED, change("3", 9, "status", "3", "1"), change("4", 19, "status", "1", "3")), "reopened"),
        (gone(TAKEN, status=OPEN), None),
        (gone(who="j-mika"), "well"),
        (gone(who="j-tom"), None),
        (gone(status=OPEN), None),
        (gone(change("1", -5, "assignee", None, "j-mika"), CLOSED), None),
    ],
)
def test_what_was_taken_ends_as_its_history_tells(issue: Gone, end: str | None) -> None:
    assert ended(question(RequestState.APPROVED), issue) == end


@pytest.mark.parametrize("state", [RequestState.PENDING, RequestState.SUPERSEDED, RequestState.WITHDRAWN])
def test_a_question_without_an_answer_says_nothing(state: RequestState) -> None:
    assert ended(question(state), gone(TAKEN, CLOSED)) is None


def test_what_people_took_back_says_nothing() -> None:
    undoing = question(RequestState.APPROVED, id="r2", undoes="r1")

    assert ended(question(RequestState.APPROVED), gone(TAKEN, CLOSED), undoing) is None


def test_who_was_never_asked_is_taken_for_the_mean_and_nothing_is_said_of_it() -> None:
    new = taking(tried("ann", "well", "refused"), "new")

    assert new.level == 500
    assert new.evidence is None


def test_refusals_and_what_is_given_back_count_against_and_good_ends_for_somebody() -> None:
    tries = tried("ann", "well", "well", "well") + tried("bob", "refused", "given back", "refused")

    ann, new, bob = (taking(tries, person).level for person in ("ann", "new", "bob"))

    assert ann > new > bob


def test_one_refusal_makes_nobody_unwilling() -> None:
    tries = tried("ann", *["well"] * 20, *["refused"] * 5)

    once, often = (taking(tries + tried("bob", *["refused"] * count), "bob").level for count in (1, 10))
    new = taking(tries, "new").level

    assert new - once < (new - often) / 3


def test_silence_counts_for_half_of_a_refusal() -> None:
    past = tried("ann", *["well"] * 10)

    silent, refused = (taking(past + tried("bob", end, end), "bob").level for end in ("silent", "refused"))

    assert taking(past, "bob").level > silent > refused


def test_what_is_long_past_counts_little_and_other_work_less() -> None:
    past = tried("ann", *["well"] * 10)
    refusals = ["refused"] * 4

    fresh, old = (taking(past + tried("bob", *refusals, ago=ago), "bob").level for ago in (1, 300))
    other = taking(past + tried("bob", *refusals, ago=1, traits=BILLING), "bob").level

    assert fresh < other < taking(past, "new").level
    assert fresh < old


def test_it_is_told_how_it_went() -> None:
    one = taking(tried("ann", "well", "well", "refused", "silent", "given back", "late"), "ann")

    assert one.evidence is not None
    assert one.evidence.text == (
        "asked 6 times lately, brought 2 to a good end, said no to 1, did not answer 1, gave back 1"
    )


def test_who_refuses_such_work_is_soon_asked_less_and_is_asked_again_once_it_is_long_past() -> None:
    drawn, asked = random.Random(3), ["ann", "bob"]
    tries = tried("ann", "well") + tried("bob", "well")
    willing = {"ann": 0.1, "bob": 0.9}
    for _ in range(30):
        known = Takings.learnt(tries, NOW).of(ANDROID, ["ann", "bob"])
        asked.append(max(sorted(known), key=lambda one: known[one].level))
        tries += tried(asked[-1], "well" if drawn.random() < willing[asked[-1]] else "refused", ago=0)

    assert asked[-20:].count("bob") == 20
    years = Takings.learnt(tries, NOW + 2000 * DAY).of(ANDROID, ["ann", "bob"])
    assert abs(years["ann"].level - years["bob"].level) <= 1


ends = st.lists(
    st.tuples(st.sampled_from(["ann", "bob"]), st.sampled_from(sorted(WORTH)), st.integers(0, 400)), max_size=8
)


@given(ends, st.sampled_from(sorted(WORTH)))
def test_another_good_end_never_lowers_and_another_refusal_never_raises(
    history: list[tuple[str, str, int]], end: str
) -> None:
    tries = [one for person, how, ago in history for one in tried(person, how, ago=ago)]

    before, after = taking(tries, "ann").level, taking(tries + tried("ann", end, ago=0), "ann").level

    assert 0 <= after <= 1000
    assert after >= before if end == "well" else True
    assert after <= before if WORTH[end] == 0 else True  # type: ignore[index]


@given(ends, st.randoms(use_true_random=False))
def test_the_order_in_which_it_is_read_changes_nothing(history: list[tuple[str, str, int]], random: Any) -> None:
    tries = [one for person, how, ago in history for one in tried(person, how, ago=ago)]
    mixed = random.sample(tries, len(tries))

    assert taking(tries, "ann") == taking(mixed, "ann")
