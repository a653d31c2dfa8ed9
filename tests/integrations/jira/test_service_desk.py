"""What a service desk asks for by itself, as a real one tells it, and fields by the names that people see."""

from collections.abc import Iterator

import msgspec
import pytest

from integrations.jira.client import Connection
from integrations.jira.gateway import JiraTracker
from integrations.jira.service_desk import API, JiraDesk
from orchestrator.ports import GatewayError, Receipt
from rules.actions import AnswerAction, TransitionAction
from rules.model import Status
from sandbox.running import Sandbox, default_seed, new_world
from tests.sandbox.desk_rest import desk_as
from tests.sandbox.ear import Rest, control, new_issue, rest

APPROVERS, PRICE = "customfield_10003", "customfield_10040"
WAITING = Status(id="10011", name="Waiting for approval", category="indeterminate")
BUSY = Status(id="3", name="In progress", category="indeterminate")


@pytest.fixture(scope="module")
def desk() -> Iterator[Sandbox]:
    with_desk = Sandbox(new_world(default_seed()))
    with_desk.start()
    yield with_desk
    with_desk.stop()


@pytest.fixture
def tracker(desk: Sandbox) -> JiraTracker:
    return JiraTracker(desk.world.places.jira, "yardmaster@example.com", "sandbox")


def waiting(bot: Rest, *approvers: str) -> int:
    asked = {APPROVERS: [{"accountId": f"sbx-{one}"} for one in approvers]} if approvers else {}
    key = new_issue(bot, "OPS", summary="A chair", issuetype={"name": "Task"}, **{PRICE: 200}, **asked)
    assert bot("POST", f"issue/{key}/transitions", json={"transition": {"id": "83"}}).status_code == 204
    return int(bot("GET", f"issue/{key}").json()["id"])


def test_those_whom_the_desk_asks_are_told_with_the_portals_address(desk: Sandbox, tracker: JiraTracker) -> None:
    bot = rest(desk, "yardmaster")
    bot("POST", "issue/OPS-7/transitions", json={"transition": {"id": "83"}})
    item = int(bot("GET", "issue/OPS-7").json()["id"])

    [asked] = tracker.approvals(item)

    assert [(one.account, one.decision) for one in asked.answers] == [("sbx-lena", "pending"), ("sbx-dana", "pending")]
    assert asked.decision == "pending"
    assert asked.address == f"{desk.world.places.jira}/servicedesk/customer/portal/1/OPS-7"
    assert tracker.transitions(item) == ()


def test_an_issue_that_was_never_in_the_portal_has_no_address_there(desk: Sandbox, tracker: JiraTracker) -> None:
    [asked] = tracker.approvals(waiting(rest(desk, "yardmaster"), "lena"))

    assert (asked.address, asked.answers[0].account) == ("", "sbx-lena")


def test_an_issue_that_is_none_of_a_desks_has_no_approvals(desk: Sandbox, tracker: JiraTracker) -> None:
    key = new_issue(rest(desk, "yardmaster"), "PAY")
    item = int(rest(desk, "yardmaster")("GET", f"issue/{key}").json()["id"])

    assert tracker.approvals(item) == ()
    assert tracker.approvals(999_999) == ()


def test_an_answer_is_given_as_the_person_and_looked_up_where_it_stands(desk: Sandbox) -> None:
    item = waiting(rest(desk, "yardmaster"), "lena", "dana")
    answered: list[str] = []
    places = desk.world.places

    def answer(action: AnswerAction) -> bool:
        answered.append(action.account)
        path = f"request/{action.item}/approval/{action.approval}"
        lena = desk_as(desk, "lena@example.com")
        return lena("POST", path, json={"decision": "approve"}).status_code == 200

    tracker = JiraTracker(places.jira, "yardmaster@example.com", "sandbox", answering=answer)
    [asked] = tracker.approvals(item)
    yes = AnswerAction(item=item, approval=asked.id, account="sbx-lena", choice="approve")
    assert tracker.find(yes, "m") is None

    first, again = tracker.perform(yes, "m"), tracker.perform(yes, "m")

    assert (first, again, tracker.find(yes, "m")) == (Receipt(id=asked.id),) * 3
    assert answered == ["sbx-lena"] * 2
    with pytest.raises(GatewayError, match="answered otherwise") as refused:
        tracker.perform(msgspec.structs.replace(yes, choice="reject"), "m")
    assert refused.value.final


def test_nobodys_approvals_are_answered_without_their_grants(desk: Sandbox, tracker: JiraTracker) -> None:
    with pytest.raises(GatewayError) as refused:
        tracker.perform(AnswerAction(item=1, approval="1", account="sbx-lena", choice="approve"), "m")
    assert refused.value.final


def test_fields_are_read_by_the_names_that_people_see(desk: Sandbox, tracker: JiraTracker) -> None:
    item = waiting(rest(desk, "yardmaster"))

    read = tracker.values(item, ["Price in EUR", "Supplier", "No such field", "summary"])

    assert read == {"Price in EUR": "200", "Supplier": "", "No such field": "", "summary": "A chair"}


def test_who_agreed_is_kept_in_a_property_of_the_issue(desk: Sandbox, tracker: JiraTracker) -> None:
    bot = rest(desk, "yardmaster")
    item = waiting(bot)
    kept = {"answer": "approve", "by": [{"account": "sbx-mika"}]}
    move = TransitionAction(item=item, transition="84", name="Approve", before=WAITING, after=BUSY, kept=kept)

    tracker.perform(move, "mark-1")

    assert bot("GET", f"issue/{item}/properties/yardmaster.answer").json()["value"] == kept


@pytest.mark.parametrize("body", ["[]", '{"values": [{"id": 1}]}', '{"values": 5}'])
def test_an_answer_that_makes_no_sense_is_an_error_and_no_approval(desk: Sandbox, body: str) -> None:
    fault = {"service": "jira", "path": "servicedeskapi", "method": "GET", "times": 1, "status": 200, "body": body}
    control(desk, "POST", "faults", fault)
    asking = JiraDesk(Connection(desk.world.places.jira, "yardmaster@example.com", "sandbox", api=API))

    with pytest.raises(GatewayError):
        asking.approvals(1)
