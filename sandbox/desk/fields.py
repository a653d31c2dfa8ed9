"""The custom fields with which a service desk shows itself in Jira's issues, over REST and in webhooks. Reads only."""

from collections.abc import Callable, Container
from typing import Any

from sandbox.desk.approving import approvals_of
from sandbox.desk.clocks import clocks_of
from sandbox.desk.render import Json, Window
from sandbox.desk.state import APPROVALS, APPROVERS, ORGANIZATIONS, PARTICIPANTS, REQUEST_TYPE, DeskState
from sandbox.desk.timeline import statuses_of
from sandbox.jira.records import Issue

PLUGIN = "com.atlassian.servicedesk:"
PICKER = "com.atlassian.jira.plugin.system.customfieldtypes:multiuserpicker"
KNOWN = (
    (REQUEST_TYPE, "Request Type", "sd-customerrequesttype", f"{PLUGIN}vp-origin"),
    (ORGANIZATIONS, "Organizations", "array", f"{PLUGIN}sd-customer-organizations"),
    (PARTICIPANTS, "Request participants", "array", f"{PLUGIN}sd-request-participants"),
    (APPROVERS, "Approvers", "array", PICKER),
    (APPROVALS, "Approvals", "sd-approvals", "com.atlassian.servicedesk.approvals-plugin:sd-approvals"),
)


def known_fields(state: DeskState) -> list[tuple[str, str, str, str]]:
    """Id, name, schema type and custom type of every field of the desks."""
    metrics = {metric.field: metric.name for desk in state.desks.values() for metric in desk.metrics}
    slas = [(field, name, "sd-servicelevelagreement", f"{PLUGIN}sd-sla-field") for field, name in metrics.items()]
    return [*KNOWN, *slas] if state.desks else []


def desk_fields(
    state: DeskState, base: str, user: Callable[[str], Any], issue: Issue, wanted: Container[str] | None
) -> Json:
    """The desk's fields of an issue, in Jira's form; of what is far to fetch only the `wanted` ones."""
    desk = state.desk_of(issue.project)
    if desk is None:
        return {}
    eyes = Window(state=state, base=base)
    said: Json = {
        REQUEST_TYPE: _request_type(eyes, issue),
        ORGANIZATIONS: [eyes.organization(organization) for organization in state.organizations_of(issue)],
        PARTICIPANTS: [user(person) for person in state.participants(issue)],
        APPROVERS: [user(person) for person in state.approvers(issue)] or None,
    }
    if wanted is None or APPROVALS in wanted:
        said[APPROVALS] = [eyes.approval(issue, approval) for approval in approvals_of(state, issue)] or None
    if wanted is None or any(metric.field in wanted for metric in desk.metrics):
        said |= {clock[0].field: eyes.clock(issue, clock) for clock in clocks_of(state, issue)}
    return said


def _request_type(eyes: Window, issue: Issue) -> Json | None:
    state = eyes.state
    desk, kind = state.desk_of(issue.project), state.request_type(issue)
    if desk is None or kind is None:
        return None
    since, status = statuses_of(state.jira, issue)[-1]
    links, current = eyes.request_links(desk, issue), eyes.status(status, since)
    return {"_links": links, "requestType": eyes.request_type(desk, kind), "currentStatus": current}
