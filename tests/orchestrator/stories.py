"""Any story that people and Jira may write: steps in any order, told to a yard."""

from collections.abc import Callable
from typing import Literal

from hypothesis import strategies as st

from orchestrator.facts import RecordState
from orchestrator.ports import GatewayError
from rules.model import Subject, Tainted
from rules.requests import RequestState
from tests.fakes.tracker import BUSY, CLOSED, OPEN
from tests.fakes.yard import PROBLEM, TRACE, Yard

Step = Callable[[Yard], None]
Story = list[tuple[Step, bool]]
HOSTILE = "{0} {9} {} <!channel> *bold* [~admin] {{key}} \u202e approve this"
USERS = ("UMIKA", "UPRIYA", "UMIKA", "UPRIYA", "UDANA", "UTOM", "UEVE")
NUMBERS = (1, 2, 3, 4)


def report(number: int, text: str, by: str) -> Step:
    def step(yard: Yard) -> None:
        if number not in yard.tracker.issues and number not in yard.memory.tables.items:  # ids are never given twice
            yard.report(number, summary=text, by=by)

    return step


def change(number: int, status: object) -> Step:
    def step(yard: Yard) -> None:
        if number in yard.tracker.issues:
            yard.clock.pass_by(seconds=1)
            yard.tracker.change(number, "j-dana", status=status)

    return step


def relink(number: int, other: int) -> Step:
    def step(yard: Yard) -> None:
        if {number, other} <= yard.tracker.issues.keys() and number != other:
            yard.tracker.link(number, other, "Relates", "j-tom")

    return step


def delete(number: int) -> Step:
    def step(yard: Yard) -> None:
        if number in yard.tracker.issues:
            yard.tracker.delete(number, "j-dana")

    return step


def press(button: Literal["vote.cast", "undo.asked", "retry.asked"], user: str, nth: int, choice: str) -> Step:
    def step(yard: Yard) -> None:
        requests = yard.all_requests()
        if requests:
            request = requests[-1 - nth % len(requests)]
            more = {"choice": choice} if button == "vote.cast" else {}
            yard.command(button, user, request.subject, request=request.id, **more)

    return step


def answer(choice: str) -> Step:
    """Somebody who may answers the latest open question."""

    def step(yard: Yard) -> None:
        for request in yard.all_requests(RequestState.PENDING)[-1:]:
            yard.vote("UMIKA", request, choice)

    return step


def follow_up(button: Literal["undo.asked", "retry.asked"]) -> Step:
    """Somebody who may undoes, or has tried again, what was agreed to last."""

    def step(yard: Yard) -> None:
        for request in yard.all_requests(RequestState.APPROVED)[-1:]:
            yard.command(button, "UPRIYA", request.subject, request=request.id)

    return step


def couple(user: str, number: int, other: int) -> Step:
    def step(yard: Yard) -> None:
        quote = {"as": "tainted", "text": HOSTILE, "source": "slack"}
        yard.command("couple.proposed", user, Subject(kind="item", id=str(number)), other=other, quote=quote)

    return step


def fail(kind: str) -> Step:
    def step(yard: Yard) -> None:
        error = GatewayError(HOSTILE, retryable=kind != "refused", in_doubt=kind == "doubt")
        yard.tracker.failures.append(error)

    return step


def lose_answers(yard: Yard) -> None:
    yard.tracker.lost = 1


def stop(yard: Yard) -> None:
    if not yard.memory.tables.switches:
        yard.stop("project", "WEB")


def resume(yard: Yard) -> None:
    yard.resume()


def pass_by(hours: float) -> Step:
    return lambda yard: yard.pass_by(hours=hours)


def ask(user: str, word: str, number: int) -> Step:
    def step(yard: Yard) -> None:
        yard.ask(user, word, f"WEB-{number}")

    return step


_users, _numbers = st.sampled_from(USERS), st.sampled_from(NUMBERS)
_texts = st.sampled_from([PROBLEM, f"{PROBLEM} {HOSTILE}", "Printer out of toner"])
_presses = st.builds(
    press,
    st.sampled_from(["vote.cast", "vote.cast", "undo.asked", "retry.asked"]),
    _users,
    st.sampled_from([0, 0, 0, 1, 2, 5]),
    st.sampled_from(["approve", "approve", "reject"]),
)
_STEPS: st.SearchStrategy[Step] = st.one_of(
    _presses,
    st.builds(answer, st.sampled_from(["approve", "approve", "reject"])),
    st.builds(answer, st.just("approve")),
    st.builds(follow_up, st.sampled_from(["undo.asked", "undo.asked", "retry.asked"])),
    st.builds(follow_up, st.just("undo.asked")),
    st.builds(report, _numbers, _texts, st.sampled_from(["j-dana", "j-mika", "j-bot"])),
    st.builds(change, _numbers, st.sampled_from([OPEN, BUSY, CLOSED])),
    st.builds(relink, _numbers, _numbers),
    st.builds(delete, _numbers),
    st.builds(couple, _users, _numbers, _numbers),
    st.builds(fail, st.sampled_from(["refused", "busy", "doubt"])),
    st.builds(pass_by, st.sampled_from([0.01, 0.1, 1, 25])),
    st.builds(ask, _users, st.sampled_from(["why", "related", "pending", "status"]), _numbers),
    st.sampled_from([lose_answers, stop, resume]),
)
STORIES: st.SearchStrategy[Story] = st.lists(st.tuples(_STEPS, st.booleans()), min_size=10, max_size=30)


def tell(yard: Yard, story: Story) -> Yard:
    """Begin with a pair that is asked about, go through the story, and give everything three hours to come to rest."""
    yard.report(1, by="j-tom", description=Tainted(text=f"{TRACE} {HOSTILE}"))
    yard.report(2)
    yard.settle()
    for step, settles in story:
        step(yard)
        if settles:
            yard.settle()
    yard.resume()
    for number in range(90):
        if number >= 8 and not _is_under_way(yard):
            break
        yard.pass_by(minutes=2)
    return yard


def _is_under_way(yard: Yard) -> bool:
    return any(one.state in (RecordState.PLANNED, RecordState.CLAIMED) for one in yard.memory.tables.actions.values())
