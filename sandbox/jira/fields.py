"""The fields that people may write: how each is read from a request, set, and told in the changelog."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from sandbox.jira.call import Call, JiraError
from sandbox.jira.records import Change, Issue, Named, Project

OFF_SCREEN = "Field '{}' cannot be set. It is not on the appropriate screen, or unknown."
Shown = tuple[str | None, str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Editable:
    """One field: the record's attribute, how to read a value, how to show it as (id, words)."""

    attribute: str
    read: Callable[[Call, Project, str, Any], Any]
    show: Callable[[Call, Any], Shown]


def read_fields(call: Call, project: Project, fields: dict[str, Any], allowed: Iterable[str]) -> dict[str, Any]:
    """Values by field name; 400 with a message for every field that is wrong."""
    values: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for name, value in fields.items():
        if name not in allowed or name not in EDITABLE:
            errors[name] = OFF_SCREEN.format(name)
            continue
        try:
            values[name] = EDITABLE[name].read(call, project, name, value)
        except JiraError as error:
            errors |= error.errors
    if errors:
        raise JiraError(400, errors=errors)
    return values


def read_updates(call: Call, issue: Issue, update: dict[str, Any]) -> dict[str, Any]:
    """The `update` form (set, add, remove) of an edit as plain field values in request form."""
    fields: dict[str, Any] = {}
    for name, operations in update.items():
        if name == "comment":
            continue
        if name not in EDITABLE or not isinstance(operations, list):
            raise JiraError(400, errors={name: OFF_SCREEN.format(name)})
        current = call.lens.fields(issue)[name]
        for operation in operations:
            current = _operate(name, current, operation)
        fields[name] = current
    return fields


def set_fields(call: Call, issue: Issue, values: dict[str, Any]) -> list[Change]:
    """Set values on an issue; the changes in the changelog's words."""
    changes = []
    for name, value in values.items():
        kind = EDITABLE[name]
        before = kind.show(call, getattr(issue, kind.attribute))
        setattr(issue, kind.attribute, value)
        after = kind.show(call, value)
        changes.append(
            Change(
                field=name, field_id=name, before=before[0], before_text=before[1], after=after[0], after_text=after[1]
            )
        )
    return changes


def _operate(name: str, current: Any, operation: Any) -> Any:
    if not isinstance(operation, dict) or len(operation) != 1:
        raise JiraError(400, errors={name: "Each operation needs exactly one of set, add, remove."})
    [(verb, value)] = operation.items()
    if verb == "set":
        return value
    if verb not in ("add", "remove") or not isinstance(current, list):
        raise JiraError(400, errors={name: f"Field does not support update '{verb}'"})
    same = [entry for entry in current if _mark(entry) == _mark(value)]
    if verb == "add":
        return current if same else [*current, value]
    return [entry for entry in current if entry not in same]


def _mark(value: Any) -> Any:
    return value.get("name", value.get("id")) if isinstance(value, dict) else value


def _words(call: Call, value: Any) -> Shown:
    return None, value


def _one(call: Call, value: Named | None) -> Shown:
    return (value.id, value.name) if value else (None, None)


def _many(call: Call, value: list[Named]) -> Shown:
    return (", ".join(n.id for n in value), ", ".join(n.name for n in value)) if value else (None, None)


def _labels(call: Call, value: list[str]) -> Shown:
    return None, " ".join(value)


def _person(call: Call, value: str | None) -> Shown:
    return (value, call.jira.accounts[value].name) if value else (None, None)


def _parent(call: Call, value: int | None) -> Shown:
    return (str(value), call.jira.issues[value].key) if value else (None, None)


def _read_summary(call: Call, project: Project, name: str, value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise JiraError(400, errors={name: "You must specify a summary of the issue."})
    if "\n" in value or "\r" in value:
        raise JiraError(400, errors={name: "The summary is invalid because it contains newline characters."})
    if len(value) > 255:
        raise JiraError(400, errors={name: "Summary can't exceed 255 characters."})
    return value.strip()


def _read_text(call: Call, project: Project, name: str, value: Any) -> str | None:
    return call.text(value, name)


def _read_labels(call: Call, project: Project, name: str, value: Any) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(label, str) for label in value):
        raise JiraError(400, errors={name: "data was not an array of strings"})
    for label in value:
        if re.search(r"\s", label):
            raise JiraError(400, errors={name: f"The label '{label}' contains spaces which is invalid."})
    return list(dict.fromkeys(value))


def _read_due(call: Call, project: Project, name: str, value: Any) -> str | None:
    if value is not None and not re.fullmatch(r"\d{4}-\d\d-\d\d", str(value)):
        raise JiraError(400, errors={name: f"Error parsing date string: {value}"})
    return None if value is None else str(value)


def _read_person(call: Call, project: Project, name: str, value: Any) -> str | None:
    if value is None:
        return None
    wanted = value.get("accountId", value.get("id")) if isinstance(value, dict) else None
    account = call.jira.accounts.get(str(wanted))
    if account is None or not call.jira.may("browse", account, project):
        raise JiraError(400, errors={name: "Specify a valid value for " + name})
    return account.account_id


def _read_parent(call: Call, project: Project, name: str, value: Any) -> int | None:
    wanted = value.get("key", value.get("id")) if isinstance(value, dict) else None
    parent = call.jira.issue(str(wanted)) if wanted else None
    if value is not None and (parent is None or not call.jira.may_browse(call.account, parent)):
        raise JiraError(400, errors={name: "Could not find issue by id or key."})
    return parent.id if parent else None


def _read_security(call: Call, project: Project, name: str, value: Any) -> str | None:
    wanted = value.get("name", value.get("id")) if isinstance(value, dict) else value
    if wanted is not None and not call.jira.may_set_level(call.account, project, str(wanted)):
        raise JiraError(400, errors={name: "Security level is not valid for this project."})
    return None if wanted is None else str(wanted)


def _chooser(register: Callable[[Call, Project], list[Named]], *, required: bool = False) -> Callable[..., Any]:
    def read(call: Call, project: Project, name: str, value: Any) -> Named | None:
        if value is None and not required:
            return None
        return _find(register(call, project), name, value)

    return read


def _chooser_of_many(register: Callable[[Call, Project], list[Named]]) -> Callable[..., Any]:
    def read(call: Call, project: Project, name: str, value: Any) -> list[Named]:
        if not isinstance(value, list):
            raise JiraError(400, errors={name: "data was not an array"})
        return [_find(register(call, project), name, one) for one in value]

    return read


def _find(register: list[Named], name: str, value: Any) -> Named:
    if isinstance(value, dict):
        for named in register:
            if str(value.get("id", "")) == named.id or ("id" not in value and value.get("name") == named.name):
                return named
    raise JiraError(400, errors={name: f"Specify a valid value for {name}"})


EDITABLE: dict[str, Editable] = {
    "summary": Editable(attribute="summary", read=_read_summary, show=_words),
    "description": Editable(attribute="description", read=_read_text, show=_words),
    "environment": Editable(attribute="environment", read=_read_text, show=_words),
    "labels": Editable(attribute="labels", read=_read_labels, show=_labels),
    "duedate": Editable(attribute="due", read=_read_due, show=lambda call, value: (value, value)),
    "assignee": Editable(attribute="assignee", read=_read_person, show=_person),
    "reporter": Editable(attribute="reporter", read=_read_person, show=_person),
    "parent": Editable(attribute="parent", read=_read_parent, show=_parent),
    "security": Editable(attribute="security", read=_read_security, show=lambda call, value: (value, value)),
    "priority": Editable(attribute="priority", read=_chooser(lambda c, p: c.jira.priorities), show=_one),
    "resolution": Editable(attribute="resolution", read=_chooser(lambda c, p: c.jira.resolutions), show=_one),
    "issuetype": Editable(attribute="type", read=_chooser(lambda c, p: c.jira.issue_types, required=True), show=_one),
    "components": Editable(attribute="components", read=_chooser_of_many(lambda c, p: p.components), show=_many),
    "versions": Editable(attribute="versions", read=_chooser_of_many(lambda c, p: p.versions), show=_many),
    "fixVersions": Editable(attribute="fix_versions", read=_chooser_of_many(lambda c, p: p.versions), show=_many),
}
EDIT_SCREEN = frozenset(EDITABLE) - {"resolution"}


def create_screen(call: Call, project: Project) -> frozenset[str]:
    """What may be set on a new issue: another reporter only by who may modify the reporter."""
    return EDIT_SCREEN if call.may("report", project) else EDIT_SCREEN - {"reporter"}
