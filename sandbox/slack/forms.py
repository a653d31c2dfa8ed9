"""The state of inputs, as Slack tells it in `state.values`. Values in, values out."""

import re
from decimal import Decimal, InvalidOperation
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
INITIAL = {
    "selected_user": "initial_user",
    "selected_users": "initial_users",
    "selected_conversation": "initial_conversation",
    "selected_conversations": "initial_conversations",
    "selected_channel": "initial_channel",
    "selected_channels": "initial_channels",
    "selected_date": "initial_date",
    "selected_time": "initial_time",
    "selected_date_time": "initial_date_time",
    "rich_text_value": "initial_value",
}
ONE_OPTION = ("static_select", "external_select", "radio_buttons", "overflow")
MANY_OPTIONS = ("multi_static_select", "multi_external_select", "checkboxes")
STATELESS = ("button", "image", "overflow", "workflow_button", "feedback_buttons", "icon_button")
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


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
        given = _rich(value) if kind == "rich_text_input" else value
        return {"type": kind, name: element.get(INITIAL[name]) if value is None else given}
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


def input_mistakes(blocks: list[Json], state: dict[str, dict[str, Json]]) -> dict[str, str]:
    """Why Slack's client would not submit: the ids of input blocks, each with what it says there."""
    mistakes: dict[str, str] = {}
    for block in blocks:
        if block["type"] != "input":
            continue
        element = block["element"]
        held = state[block["block_id"]][element["action_id"]]
        if not _holds(held):
            mistake = None if block.get("optional") else "Please complete this required field."
        else:
            mistake = _misfit(element, held)
        if mistake is not None:
            mistakes[block["block_id"]] = mistake
    return mistakes


def _misfit(element: Json, held: Json) -> str | None:
    kind, value = element["type"], str(held.get("value") or "")
    most = element.get("max_selected_items")
    if most is not None and any(len(chosen) > most for chosen in held.values() if isinstance(chosen, list)):
        return f"Choose no more than {most}."
    if kind == "number_input":
        return _not_a_number(element, value)
    if kind == "email_text_input" and not EMAIL.fullmatch(value):
        return "Enter a valid email address."
    if kind == "url_text_input" and not value.startswith(("http://", "https://")):
        return "Enter a valid URL."
    if kind == "plain_text_input" and len(value) < int(element.get("min_length", 0)):
        return f"Enter at least {element['min_length']} characters."
    if kind == "plain_text_input" and len(value) > int(element.get("max_length", 3000)):
        return f"Enter no more than {element.get('max_length', 3000)} characters."
    return None


def _not_a_number(element: Json, value: str) -> str | None:
    try:
        number = Decimal(value)
    except InvalidOperation:
        return "Enter a number."
    if not number.is_finite() or (number != int(number) and not element.get("is_decimal_allowed")):
        return "Enter a whole number." if number.is_finite() else "Enter a number."
    if "min_value" in element and number < Decimal(str(element["min_value"])):
        return f"Enter a number of at least {element['min_value']}."
    if "max_value" in element and number > Decimal(str(element["max_value"])):
        return f"Enter a number of at most {element['max_value']}."
    return None


def _rich(value: Any) -> Any:
    """Words typed into a rich text input, as a block; one that is a block already stays."""
    if not isinstance(value, str):
        return value
    return {
        "type": "rich_text",
        "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": value}]}],
    }


def _holds(held: Json) -> bool:
    return any(value for name, value in held.items() if name != "type")


def _option(element: Json, value: Any) -> Json | None:
    if "external_select" in element["type"]:
        return value if isinstance(value, dict) and {"text", "value"} <= set(value) else None
    groups = element.get("option_groups") or [{"options": element.get("options", ())}]
    options = [option for group in groups for option in group["options"]]
    return next((option for option in options if option["value"] == value), None)
