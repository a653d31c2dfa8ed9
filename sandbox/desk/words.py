"""Durations, dates and form fields in the words of the service desks' REST API. Pure."""

from datetime import datetime, timedelta
from typing import Any

from sandbox.desk.records import FormField

CUSTOM = "com.atlassian.jira.plugin.system.customfieldtypes:"
CUSTOM_KINDS = {
    "string": "textfield",
    "number": "float",
    "option": "select",
    "array": "multiuserpicker",
    "date": "datepicker",
}
MILLISECOND = timedelta(milliseconds=1)


def duration(span: timedelta) -> dict[str, Any]:
    """A duration in milliseconds and in hours and minutes, cut towards zero."""
    millis = span // MILLISECOND if span >= timedelta() else -(-span // MILLISECOND)
    hours, minutes = divmod(abs(millis) // 60_000, 60)
    words = [f"{hours}h"] if hours else []
    words += [f"{minutes}m"] if minutes or not hours else []
    sign = "-" if millis < 0 and (hours or minutes) else ""
    return {"millis": millis, "friendly": sign + " ".join(words)}


def friendly_date(local: datetime, now: datetime) -> str:
    """A date as people say it, seen from `now`: both are local times of one zone."""
    days, clock = (now.date() - local.date()).days, local.strftime("%I:%M %p").lstrip("0")
    near = {0: "Today", 1: "Yesterday", -1: "Tomorrow"}.get(days) or (f"{local:%A}" if 1 < days < 7 else None)
    return f"{near or local.strftime('%d/%b/%y')} {clock}"


def form_field(field: FormField) -> dict[str, Any]:
    """A field of a request type's form."""
    number = field.id.removeprefix("customfield_")
    schema: dict[str, Any] = {"type": field.kind, "system": field.id}
    if number.isdecimal():
        schema = {"type": field.kind, "custom": CUSTOM + CUSTOM_KINDS[field.kind], "customId": int(number)}
    return {
        "fieldId": field.id,
        "name": field.label,
        "description": "",
        "required": field.required,
        "defaultValues": [],
        "validValues": [{"value": word, "label": word, "children": []} for word in field.options],
        "presetValues": [],
        "jiraSchema": schema,
        "visible": True,
    }
