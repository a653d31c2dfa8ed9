"""Raising a request: reads the form, makes the issue, tells it as any new issue is told."""

from typing import Any

from sandbox.desk.call import DeskError, find_desk, find_request_type
from sandbox.desk.forms import take_custom
from sandbox.desk.records import RequestType, ServiceDesk
from sandbox.desk.requests import shown_request
from sandbox.desk.state import PARTICIPANTS, REQUEST_TYPE
from sandbox.jira.adf import is_adf, to_text
from sandbox.jira.call import Answer, Call, JiraError
from sandbox.jira.fields import EDIT_SCREEN, read_fields
from sandbox.jira.issues import make_issue
from sandbox.jira.render import Json

REFUSED = "Your request could not be created. Please check the fields have been correctly completed."
KEY = "sd.request.create.error"


def create_request(call: Call) -> Answer:
    """POST request: 201; 400 with every field that is wrong; only agents raise on behalf of others."""
    body = call.body()
    desk = find_desk(call, str(body.get("serviceDeskId")))
    kind = find_request_type(desk, str(body.get("requestTypeId")))
    given = body.get("requestFieldValues")
    if not isinstance(given, dict):
        raise DeskError(400, "requestFieldValues must be an object of field ids and values.", KEY)
    values, custom = _read(call, desk, kind, given)
    values["reporter"] = _reporter(call, desk, body.get("raiseOnBehalfOf"))
    custom[REQUEST_TYPE] = kind.id
    if people := body.get("requestParticipants"):
        custom |= _named_people(call, desk, people)
    named = next(named for named in call.jira.issue_types if named.id == kind.issue_type)
    issue = make_issue(call, call.jira.projects[desk.project], {**values, "issuetype": named}, custom=custom)
    return 201, shown_request(call, desk, kind, issue)


def _read(call: Call, desk: ServiceDesk, kind: RequestType, given: Json) -> tuple[Json, Json]:
    """The values of Jira's own fields, and those of the custom ones in the form in which issues keep them."""
    form = {field.id: field for field in kind.fields}
    errors = [f"{field.label} is required." for field in kind.fields if field.required and not given.get(field.id)]
    errors += [f"Field '{name}' is not valid for this request type." for name in given if name not in form]
    project, known = call.jira.projects[desk.project], {name: value for name, value in given.items() if name in form}
    values: Json = {}
    custom: Json = {}
    try:
        custom = take_custom(call, project, known)
    except JiraError as error:
        errors += error.errors.values()
    try:
        own = {name: _plain(call, value) for name, value in known.items() if name in EDIT_SCREEN}
        values = read_fields(call, project, own, EDIT_SCREEN)
    except JiraError as error:
        errors += error.errors.values()
    if errors:
        raise DeskError(400, " ".join([REFUSED, *dict.fromkeys(errors)]), KEY, *errors)
    return values, custom


def _plain(call: Call, value: Any) -> Any:
    return to_text(value) if is_adf(value) and call.body().get("isAdfRequest") is True else value


def _reporter(call: Call, desk: ServiceDesk, other: Any) -> str:
    me = call.account.account_id
    if other is None or other == me:
        return me
    if me not in desk.agents:
        raise DeskError(403, "You do not have permission to raise requests on behalf of others.", KEY)
    if str(other) not in call.jira.accounts:
        raise DeskError(400, f"The customer {other} was not found.", KEY)
    return str(other)


def _named_people(call: Call, desk: ServiceDesk, value: Any) -> Json:
    try:
        return take_custom(call, call.jira.projects[desk.project], {PARTICIPANTS: value})
    except JiraError as error:
        raise DeskError(400, " ".join(error.errors.values()), KEY) from error
