"""The SLAs of a request over HTTP; only agents see them."""

from sandbox.desk.call import DeskError, find_agents_issue, page, state_of, window
from sandbox.desk.clocks import clocks_of
from sandbox.jira.call import Answer, Call


def list_slas(call: Call, key: str) -> Answer:
    """GET request/{key}/sla."""
    _, issue = find_agents_issue(call, key)
    return 200, page(call, clocks_of(state_of(call), issue), lambda clock: window(call).clock(issue, clock))


def get_sla(call: Call, key: str, number: str) -> Answer:
    """GET request/{key}/sla/{id}."""
    _, issue = find_agents_issue(call, key)
    found = [clock for clock in clocks_of(state_of(call), issue) if clock[0].id == number]
    if not found:
        raise DeskError(404, "The SLA you are trying to view does not exist.", "sd.error.sla.not.found")
    return 200, window(call).clock(issue, found[0])
