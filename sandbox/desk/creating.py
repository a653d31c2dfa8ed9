"""Raising a request: reads the form, makes the issue, tells it as any new issue is told."""

from typing import Any

from sandbox.desk.call import DeskError, find_desk, find_request_type
from sandbox.desk.records import FormField, RequestType, ServiceDesk
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
    if people := _people(call, body.get("requestParticipants") or [], "requestParticipants"):
        custom[PARTICIPANTS] = people
    named = next(named for named in call.jira.issue_types if named.id == kind.issue_type)
    issue = make_issue(call, call.jira.projects[desk.project], {**values, "issuetype": named}, custom=custom)
    return 201, shown_request(call, desk, kind, issue)


def _read(call: Call, desk: ServiceDesk, kind: RequestType, given: Json) -> tuple[Json, Json]:
    """The values of Jira's own fields, and those of the custom ones in the form in which issues keep them."""
    form = {field.id: field for field in kind.fields}
    errors = [f"{field.label} is required." for field in kind.fields if field.required and not given.get(field.id)]
    errors += [f"Field '{name}' is not valid for this request type." for name in given if name not in form]
    own = {name: _plain(call, value) for name, value in given.items() if name in form and name in EDIT_SCREEN}
    values: Json = {}
    try:
        values = read_fields(call, call.jira.projects[desk.project], own, EDIT_SCREEN)
    except JiraError as error:
        errors += error.errors.values()
    custom: Json = {}
    for name, value in given.items():
        if name in form and name not in EDIT_SCREEN and value is not None:
            try:
                custom[name] = _custom(call, form[name], value)
            except DeskError as error:
                errors.append(error.body["errorMessage"])
    if errors:
        raise DeskError(400, " ".join([REFUSED, *dict.fromkeys(errors)]), KEY, *errors)
    return values, custom


def _plain(call: Call, value: Any) -> Any:
    return to_text(value) if is_adf(value) and call.body().get("isAdfRequest") is True else value


def _custom(call: Call, field: FormField, value: Any) -> Any:
    if field.kind == "array":
        return _people(call, value, field.label)
    if field.kind == "option":
        word = value.get("value") if isinstance(value, dict) else None
        if word not in field.options:
            raise DeskError(400, f"{field.label}: choose one of {', '.join(field.options)}.", KEY)
        return {"id": f"{field.id[-5:]}{field.options.index(word)}", "value": word}
    wanted = (int, float) if field.kind == "number" else (str,)
    if not isinstance(value, wanted) or isinstance(value, bool):
        raise DeskError(400, f"{field.label}: the value is not a {field.kind}.", KEY)
    return value


def _people(call: Call, value: Any, name: str) -> list[str]:
    listed = value if isinstance(value, list) else [value]
    ids = [str(entry.get("accountId") if isinstance(entry, dict) else entry) for entry in listed]
    if unknown := [person for person in ids if person not in call.jira.accounts]:
        raise DeskError(400, f"{name}: users were not found: {', '.join(unknown)}", KEY)
    return list(dict.fromkeys(ids))


def _reporter(call: Call, desk: ServiceDesk, other: Any) -> str:
    me = call.account.account_id
    if other is None or other == me:
        return me
    if me not in desk.agents:
        raise DeskError(403, "You do not have permission to raise requests on behalf of others.", KEY)
    [account] = _people(call, other, "raiseOnBehalfOf")
    return account
