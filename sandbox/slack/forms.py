"""The state of inputs, as Slack tells it in `state.values`. Values in, values out."""

from typing import Any

from sandbox.slack.blocks import parts_of
from sandbox.slack.records import Json

CHOICES = {
    "users_select": "selected_user",
    "conversations_select": "selected_conversation",
    "channels_select": "selected_channel",
    "multi_users_select": "selected_users",
    "multi_conversations_select": "selected_conversations",
    "multi_channels_select": "selected_channels",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
    "rich_text_input": "rich_text_value",
}
INITIAL = {"selected_user": "initial_user", "selected_date": "initial_date", "selected_time": "initial_time"}
ONE_OPTION = ("static_select", "external_select", "radio_buttons", "overflow")
MANY_OPTIONS = ("multi_static_select", "multi_external_select", "checkboxes")
STATELESS = ("button", "image", "overflow", "workflow_button", "feedback_buttons", "icon_button")


def element_state(element: Json, value: Any) -> Json:
    """What an element holds: the text, option(s), user or date of this value; its initial one when value is None."""
    kind = element["type"]
    if kind in ONE_OPTION:
        chosen = element.get("initial_option") if value is None else _option(element, value)
        return {"type": kind, "selected_option": chosen}
    if kind in MANY_OPTIONS:
        several = element.get("initial_options", []) if value is None else [_option(element, one) for one in value]
        return {"type": kind, "selected_options": [option for option in several if option]}
    if kind in CHOICES:
        name = CHOICES[kind]
        return {"type": kind, name: element.get(INITIAL.get(name, "")) if value is None else value}
    return {"type": kind, "value": element.get("initial_value") if value is None else value}


def view_state(blocks: list[Json], values: dict[str, dict[str, Any]]) -> dict[str, dict[str, Json]]:
    """The state of all inputs of a surface, with the values that a person gave."""
    state: dict[str, dict[str, Json]] = {}
    for block in blocks:
        for element in parts_of(block):
            if "action_id" in element and element["type"] not in STATELESS:
                given = values.get(block["block_id"], {}).get(element["action_id"])
                state.setdefault(block["block_id"], {})[element["action_id"]] = element_state(element, given)
    return state


def missing_inputs(blocks: list[Json], state: dict[str, dict[str, Json]]) -> list[str]:
    """The ids of required input blocks that hold nothing; Slack's client does not submit these."""
    required = [b for b in blocks if b["type"] == "input" and not b.get("optional")]
    return [b["block_id"] for b in required if not _holds(state[b["block_id"]][b["element"]["action_id"]])]


def _holds(held: Json) -> bool:
    return any(value for name, value in held.items() if name != "type")


def _option(element: Json, value: Any) -> Json | None:
    groups = element.get("option_groups") or [{"options": element.get("options", ())}]
    options = [option for group in groups for option in group["options"]]
    return next((option for option in options if option["value"] == value), None)
