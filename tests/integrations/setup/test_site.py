"""What setup reads of a Jira, over real HTTP, also of a large one and of one that answers nonsense."""

from collections.abc import Callable
from typing import Any

import pytest

from integrations.jira.client import Connection
from integrations.setup.site import JiraSite
from orchestrator.ports import GatewayError
from sandbox.jira.records import Account, Project
from sandbox.running import Sandbox
from tests.sandbox.ear import control


@pytest.fixture
def site(sandbox: Sandbox) -> JiraSite:
    return JiraSite(Connection(sandbox.world.places.jira, "yardmaster@example.com", "sandbox"))


def test_all_projects_are_found_however_many(sandbox: Sandbox, site: JiraSite) -> None:
    jira = sandbox.world.jira
    first = jira.statuses["Open"]
    for number in range(120):
        key = f"P{number}"
        jira.projects[key] = Project(id=str(number), key=key, name=f"No. {number}", type="software", first_status=first)

    found = site.projects()

    assert (len(found), found["P119"]) == (125, "No. 119")


def test_projects_that_we_may_not_browse_are_not_offered(sandbox: Sandbox, site: JiraSite) -> None:
    sandbox.world.jira.projects["SEC"].permissions["browse"] = frozenset({"sbx-lena"})

    assert list(site.projects()) == ["PAY", "WEB", "OPS", "MOB"]


def test_everybody_who_is_human_and_active_may_be_assigned(sandbox: Sandbox, site: JiraSite) -> None:
    for number in range(450):
        id_, name = f"j{number}", f"Person {number}"
        made = Account(account_id=id_, name=name, email=f"{id_}@example.com", active=number % 2 == 0)
        sandbox.world.jira.accounts[id_] = made

    found = {one.id for one in site.assignable("PAY")}

    assert len(found & {f"j{number}" for number in range(450)}) == 225
    assert {"sbx-mika", "sbx-bot"} & found == {"sbx-mika"}


def test_only_statuses_that_mean_done_close(site: JiraSite) -> None:
    assert site.closing_statuses("PAY") == ("Resolved", "Closed")


def test_what_we_may_not_do_is_not_granted(sandbox: Sandbox, site: JiraSite) -> None:
    sandbox.world.jira.projects["PAY"].permissions["link"] = frozenset()

    assert site.granted({"LINK_ISSUES", "ADD_COMMENTS"}, "PAY") == {"ADD_COMMENTS"}
    assert site.granted({"ADMINISTER"}) == {"ADMINISTER"}


@pytest.mark.parametrize(
    ("ask", "body"),
    [
        (lambda site: site.me(), {"name": "no id"}),
        (lambda site: site.projects(), {"values": {}}),
        (lambda site: site.link_types(), []),
        (lambda site: site.closing_statuses("PAY"), [{"statuses": "none"}]),
        (lambda site: site.assignable("PAY"), "a page"),
        (lambda site: site.granted({"ADMINISTER"}), {"permissions": {"ADMINISTER": True}}),
    ],
)
def test_nonsense_is_an_error_and_no_answer(
    sandbox: Sandbox, site: JiraSite, ask: Callable[[JiraSite], object], body: Any
) -> None:
    assert control(sandbox, "POST", "faults", {"service": "jira", "path": "/rest/", "status": 200, "body": body})["ok"]

    with pytest.raises(GatewayError, match="makes no sense"):
        ask(site)


def test_a_project_that_is_not_there_is_told(site: JiraSite) -> None:
    with pytest.raises(GatewayError, match="refused"):
        site.closing_statuses("NOPE/../WEB")
