"""The desks' own fields as people write them, in forms and over Jira's REST API: read, set, told in the changelog."""

from collections.abc import Callable
from typing import Any

from sandbox.desk.records import FormField
from sandbox.desk.state import APPROVERS, ORGANIZATIONS, PARTICIPANTS, REQUEST_TYPE, DeskState
from sandbox.jira.call import Call, JiraError
from sandbox.jira.records import Change, Issue, Project

Json = dict[str, Any]
OWN = (
    FormField(id=APPROVERS, label="Approvers", required=False, kind="array", options=()),
    FormField(id=PARTICIPANTS, label="Request participants", required=False, kind="array", options=()),
    FormField(id=ORGANIZATIONS, label="Organizations", required=False, kind="organizations", options=()),
    FormField(id=REQUEST_TYPE, label="Request Type", required=False, kind="request type", options=()),
)


def writable(state: DeskState, project: Project) -> dict[str, FormField]:
    """The custom fields that issues of a project have, by id."""
    desk = state.desk_of(project)
    forms = [field for kind in desk.request_types for field in kind.fields] if desk else []
    return {field.id: field for field in (*forms, *OWN) if desk and field.id.startswith("customfield_")}


def take_custom(call: Call, project: Project, fields: Json) -> Json:
    """Read the custom fields among `fields` and take them out; 400 with a message for every one that is wrong."""
    known = writable(call.world.desk, project)
    values: Json = {}
    errors: dict[str, str] = {}
    for name in [name for name in fields if name in known]:
        try:
            values[name] = read_value(call, project, known[name], fields.pop(name))
        except JiraError as error:
            errors |= error.errors
    if errors:
        raise JiraError(400, errors=errors)
    return values


def read_value(call: Call, project: Project, field: FormField, value: Any) -> Any:
    """A value in the form in which issues keep it; 400 when the field cannot hold it."""
    return None if value is None else READERS[field.kind](call, project, field, value)


def set_custom(call: Call, issue: Issue, values: Json) -> list[Change]:
    """Set custom fields on an issue; none takes the value away. The changes in the changelog's words."""
    known = writable(call.world.desk, issue.project)
    changes = []
    for name, value in values.items():
        before, after = (_words(call, one) for one in (issue.custom.get(name), value))
        issue.custom[name] = value
        ends = {"before": before[0], "before_text": before[1], "after": after[0], "after_text": after[1]}
        changes.append(Change(field=known[name].label, field_id=name, **ends))
    return changes


def _words(call: Call, value: Any) -> tuple[str | None, str | None]:
    if value is None:
        return None, None
    if isinstance(value, list):
        names = [call.jira.accounts[one].name if one in call.jira.accounts else str(one) for one in value]
        return ", ".join(map(str, value)), ", ".join(names)
    return (value["id"], value["value"]) if isinstance(value, dict) else (None, str(value))


def _people(call: Call, project: Project, field: FormField, value: Any) -> list[str]:
    listed = value if isinstance(value, list) else [value]
    ids = [str(entry.get("accountId") if isinstance(entry, dict) else entry) for entry in listed]
    if unknown := [person for person in ids if person not in call.jira.accounts]:
        raise _wrong(field, f"users were not found: {', '.join(unknown)}")
    return list(dict.fromkeys(ids))


def _organizations(call: Call, project: Project, field: FormField, value: Any) -> list[str]:
    ids = [str(entry) for entry in value] if isinstance(value, list) else []
    if not isinstance(value, list) or any(one not in call.world.desk.organizations for one in ids):
        raise _wrong(field, "the value must be a list of the ids of organizations")
    return list(dict.fromkeys(ids))


def _request_type(call: Call, project: Project, field: FormField, value: Any) -> str:
    desk = call.world.desk.desk_of(project)
    if desk is None or str(value) not in {kind.id for kind in desk.request_types}:
        raise _wrong(field, "the request type is not known in this project")
    return str(value)


def _option(call: Call, project: Project, field: FormField, value: Any) -> Json:
    options = [{"id": f"{field.id[-5:]}{place}", "value": word} for place, word in enumerate(field.options)]
    given = value if isinstance(value, dict) else {}
    for option in options:
        if option["value"] == given.get("value") or option["id"] == str(given.get("id")):
            return option
    raise _wrong(field, f"choose one of {', '.join(field.options)}")


def _plain(*kinds: type) -> Callable[[Call, Project, FormField, Any], Any]:
    def read(call: Call, project: Project, field: FormField, value: Any) -> Any:
        if not isinstance(value, kinds) or isinstance(value, bool):
            raise _wrong(field, f"the value is not a {field.kind}")
        return value

    return read


def _wrong(field: FormField, why: str) -> JiraError:
    return JiraError(400, errors={field.id: f"{field.label}: {why}."})


READERS: dict[str, Callable[[Call, Project, FormField, Any], Any]] = {
    "array": _people,
    "organizations": _organizations,
    "request type": _request_type,
    "option": _option,
    "number": _plain(int, float),
    "string": _plain(str),
    "date": _plain(str),
}
