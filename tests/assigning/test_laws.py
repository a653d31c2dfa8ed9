"""Laws over any history of presses about who takes an issue: nobody gets it without a yes that counts."""

from hypothesis import given, settings
from hypothesis import strategies as st

from rules.actions import AssignAction
from rules.requests import CANDIDATE, RequestState
from tests.fakes.staff import staffed, waiting
from tests.fakes.yard import Yard

PEOPLE = ("UMIKA", "UPRIYA", "UTOM", "ULENA", "UDANA", "UGHOST")
DECIDING = {"tom", "lena"}
presses = st.tuples(
    st.sampled_from(PEOPLE),
    st.sampled_from(("approve", "reject", "take", "give", "retract", "undo", "minute", "hours", "away", "assign")),
    st.sampled_from(("mika", "priya", "tom", "nobody")),
)


def press(yard: Yard, user: str, what: str, whom: str) -> None:
    asked = yard.all_requests()
    request = asked[-1] if asked else None
    if what in ("minute", "hours"):
        yard.pass_by(**({"minutes": 1} if what == "minute" else {"hours": 3}))
    elif what == "away":
        yard.ask(user, "away", "2 days")
    elif what == "assign":
        yard.tracker.change(9, "j-dana", assignee=None if whom == "nobody" else f"j-{whom}")
    elif request is not None and what in ("approve", "reject"):
        yard.vote(user, request, what)
    elif request is not None:
        name = {"retract": "vote.retracted", "undo": "undo.asked"}.get(what, "item.given")
        more = {"whom": whom} if what == "give" else {}
        yard.command(name, user, request.subject, request=request.id, **more)
    yard.settle()


@settings(max_examples=25, deadline=None)
@given(st.lists(presses, max_size=9))
def test_nobody_is_given_it_without_a_yes_of_theirs_or_of_who_decides(history: list[tuple[str, str, str]]) -> None:
    yard = waiting(staffed())

    for user, what, whom in history:
        press(yard, user, what, whom)

    for action, _ in yard.tracker.performed:
        assert isinstance(action, AssignAction)
    for request in yard.all_requests(RequestState.APPROVED):
        if request.undoes is not None:
            continue
        counted = [vote for vote in request.votes if vote.counts and vote.choice == "approve"]
        humans = [vote.human for vote in counted]
        assert len(humans) == len(set(humans)) >= 1
        assert any(vote.human == request.candidate or vote.human in DECIDING for vote in counted)
        assert all(vote.human == request.candidate for vote in counted if vote.roles == (CANDIDATE,))
    pending = yard.all_requests(RequestState.PENDING)
    assert len(pending) <= 1
    refused = [one.candidate for one in yard.all_requests(RequestState.REJECTED)]
    assert not pending or pending[0].replaces is not None or pending[0].candidate not in refused
