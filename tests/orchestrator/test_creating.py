"""An issue that is to be created is created once, and what belongs to it waits for it."""

from datetime import timedelta

import pytest

from orchestrator.changes import Changes
from orchestrator.execution import DOUBT, SETTLED
from orchestrator.facts import ActionRecord, RecordState
from orchestrator.ports import GatewayError
from rules.actions import NEW, Action, CreateAction, LinkAction
from rules.model import Line, Subject, Tainted
from tests.fakes.yard import Yard

ITEM = Subject(kind="item", id="1")
CREATE = CreateAction(
    project="PAY",
    type="Bug",
    summary=Tainted(text="The receipt is blank", source="slack"),
    description=Line(text="{0}", parts=(Tainted(text="Since noon.", source="slack"),)),
    reporter="j-dana",
)
LINK = LinkAction(item=NEW, other=1, type="Duplicate")
REFUSED = GatewayError("Jira refused: Team is required", retryable=False)


def lost() -> GatewayError:
    return GatewayError("connection dropped", retryable=True, in_doubt=True)


def planned(yard: Yard, *actions: Action, failures: tuple[GatewayError, ...] = ()) -> None:
    """Have a request's actions done; the tracker fails as told."""
    yard.report(1)
    yard.settle()
    records = tuple(
        ActionRecord(
            key=f"key-{place}",
            decision="d",
            request="r",
            agent="duplicates",
            subject=ITEM,
            position=place,
            action=action,
        )
        for place, action in enumerate(actions)
    )
    yard.tracker.failures = list(failures)
    yard.memory.commit(ITEM, (), Changes(records=records))
    yard.memory.tables.wanted[ITEM] = None
    yard.settle()


def states(yard: Yard) -> list[str]:
    return [one.state.value for one in sorted(yard.memory.tables.actions.values(), key=lambda one: one.position)]


def made(yard: Yard) -> list[int]:
    return [id_ for id_, item in yard.tracker.issues.items() if item.project == "PAY"]


def test_a_new_issue_is_linked_once_it_is_there() -> None:
    yard = Yard()

    planned(yard, CREATE, LINK)

    (new,) = made(yard)
    assert states(yard) == ["done", "done"]
    assert yard.tracker.issues[new].is_linked_to(1)
    assert yard.tracker.issues[new].reporter == "j-dana"


def test_the_ledger_names_the_issue_that_was_created() -> None:
    yard = Yard()

    planned(yard, CREATE)

    done = next(entry for entry in yard.memory.tables.ledger if entry.kind == "action.done")
    assert done.about == tuple(made(yard))
    assert done.text.parts[0].key == f"PAY-{made(yard)[0]}"  # type: ignore[union-attr]


def test_what_belongs_to_an_issue_that_was_not_created_fails_with_it() -> None:
    yard = Yard()

    planned(yard, CREATE, LINK, failures=(REFUSED,))

    link = yard.memory.tables.actions["key-1"]
    assert states(yard) == ["failed", "failed"]
    assert link.error == "the issue was not created"


def test_a_create_whose_answer_was_lost_is_found_by_its_mark() -> None:
    yard = Yard()
    yard.tracker.lost = 1
    planned(yard, CREATE, LINK)
    assert states(yard) == ["claimed", "planned"]

    yard.pass_by(seconds=DOUBT + 1)

    assert states(yard) == ["done", "done"]
    assert len(made(yard)) == 1


def test_a_create_that_the_search_does_not_show_yet_is_waited_for() -> None:
    yard = Yard()
    yard.tracker.lost, yard.tracker.search_lag = 1, timedelta(seconds=60)
    planned(yard, CREATE)

    for _ in range(6):
        yard.pass_by(seconds=DOUBT + 1)

    assert states(yard) == ["done"]
    assert len(made(yard)) == 1


def test_a_create_that_the_search_never_shows_is_left_to_a_person() -> None:
    yard = Yard()
    planned(yard, CREATE, failures=(lost(),))

    for _ in range(12):
        yard.pass_by(seconds=DOUBT + 1)

    (record,) = yard.memory.tables.actions.values()
    assert record.state is RecordState.FAILED
    assert "look in Jira before you have it tried again" in (record.error or "")
    assert made(yard) == []


def test_it_is_not_given_up_before_the_search_has_had_its_time() -> None:
    yard = Yard()
    planned(yard, CREATE, failures=(lost(),))

    yard.pass_by(seconds=SETTLED - 1)

    assert states(yard) == ["claimed"]


def test_a_further_try_first_looks_whether_the_earlier_one_made_the_issue_after_all() -> None:
    yard = Yard()
    yard.tracker.lost, yard.tracker.search_lag = 1, timedelta(hours=1)
    planned(yard, CREATE)
    for _ in range(12):
        yard.pass_by(seconds=DOUBT + 1)
    assert states(yard) == ["failed"]
    yard.pass_by(hours=1)

    again = ActionRecord(**{name: getattr(yard.memory.tables.actions["key-0"], name) for name in KEPT})
    yard.memory.commit(ITEM, (), Changes(records=(again,)))
    yard.memory.tables.wanted[ITEM] = None
    yard.settle()

    assert states(yard) == ["done"]
    assert len(made(yard)) == 1


KEPT = ("key", "decision", "request", "agent", "subject", "position", "action", "attempts")


@pytest.mark.parametrize("lost_answers", [1, 2])
def test_however_many_answers_are_lost_there_is_one_issue_with_one_link(lost_answers: int) -> None:
    yard = Yard()
    yard.tracker.lost = lost_answers
    planned(yard, CREATE, LINK)

    for _ in range(4):
        yard.pass_by(seconds=DOUBT + 1)

    assert states(yard) == ["done", "done"]
    assert len(yard.tracker.issues[made(yard)[0]].links) == 1


def test_no_issue_is_created_in_a_project_in_which_work_is_stopped() -> None:
    yard = Yard()
    yard.stop("project", "PAY")

    planned(yard, CREATE)

    assert made(yard) == []
