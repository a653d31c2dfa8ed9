"""Block Kit's elements as Slack enforces them: buttons, menus, pickers, inputs and their options. Judges only.

The limits are those of Slack's published types; where they say nothing, those of its documentation.
"""

from typing import Any

from sandbox.slack.problems import (
    PLAIN,
    Problems,
    items,
    missing,
    one_of,
    optional,
    size,
    text_object,
    unsupported,
    wrong,
)

SELECTS = ("static_select", "external_select", "users_select", "conversations_select", "channels_select")
MULTI_SELECTS = tuple(f"multi_{select}" for select in SELECTS)
PICKERS = ("datepicker", "timepicker", "datetimepicker")
INPUTS = ("plain_text_input", "email_text_input", "url_text_input", "number_input", "rich_text_input", "file_input")
PRESSED = ("button", "icon_button", "feedback_buttons", "workflow_button", "overflow")
CHOSEN = ("checkboxes", "radio_buttons")
ELEMENTS = frozenset([*SELECTS, *MULTI_SELECTS, *PICKERS, *INPUTS, *PRESSED, *CHOSEN, "image"])
#: Where each element may stand; menus, pickers, checkboxes and radio buttons may stand everywhere.
ANYWHERE = (*SELECTS, *MULTI_SELECTS, *PICKERS, *CHOSEN)
ALLOWED = {
    "section": frozenset([*ANYWHERE, "button", "overflow", "workflow_button", "image"]),
    "actions": frozenset([*ANYWHERE, "button", "overflow", "workflow_button", "rich_text_input"]),
    "context_actions": frozenset(["feedback_buttons", "icon_button"]),
    "input": frozenset([*ANYWHERE, *INPUTS]),
}
OPTION_LIMITS = {"checkboxes": 10, "radio_buttons": 10, "overflow": 5, "static_select": 100, "multi_static_select": 100}
STYLES = ("primary", "danger")


def element_problems(element: Any, place: str, block: str) -> Problems:
    """What Slack would refuse in an element of a block of this type."""
    kind = element.get("type") if isinstance(element, dict) else None
    if kind not in ALLOWED[block]:
        return unsupported(kind, place)
    if kind == "image":
        return image_problems(element, place)
    problems = size(element.get("action_id"), 255, f"{place}/action_id", required=False)
    if kind in ("button", "workflow_button"):
        problems += _button(element, place)
    if kind in ("icon_button", "feedback_buttons"):
        problems += _labels(element, place)
    if element.get("placeholder") is not None:
        problems += text_object(element["placeholder"], 150, f"{place}/placeholder", PLAIN)
    if kind in OPTION_LIMITS:
        problems += _options(element, OPTION_LIMITS[kind], place)
    if kind == "number_input" and not isinstance(element.get("is_decimal_allowed"), bool):
        problems += missing("is_decimal_allowed", place)
    return problems + optional(_confirm, element.get("confirm"), f"{place}/confirm")


def image_problems(block: Any, place: str) -> Problems:
    """What Slack would refuse in an image, as a block or an element."""
    problems = size(block.get("alt_text"), 2000, f"{place}/alt_text")
    if block.get("slack_file") is None:
        problems += size(block.get("image_url"), 3000, f"{place}/image_url")
    if block.get("title") is not None:
        problems += text_object(block["title"], 2000, f"{place}/title", PLAIN)
    return problems


def option_problems(option: Any, place: str) -> Problems:
    """What Slack would refuse in an option of a menu."""
    if not isinstance(option, dict):
        return wrong("must be an object", place)
    problems = text_object(option.get("text"), 75, f"{place}/text") + size(option.get("value"), 75, f"{place}/value")
    problems += size(option.get("url"), 3000, f"{place}/url", required=False)
    if option.get("description") is not None:
        problems += text_object(option["description"], 75, f"{place}/description")
    return problems


def _button(element: dict[str, Any], place: str) -> Problems:
    problems = text_object(element.get("text"), 75, f"{place}/text", PLAIN)
    for name, most in (("value", 2000), ("url", 3000), ("accessibility_label", 75)):
        problems += size(element.get(name), most, f"{place}/{name}", required=False)
    style = element.get("style")
    return problems + ([] if style is None else one_of(style, STYLES, f"{place}/style"))


def _labels(element: dict[str, Any], place: str) -> Problems:
    parts = [("", element), *((f"/{side}_button", element.get(f"{side}_button")) for side in ("positive", "negative"))]
    problems: Problems = []
    for where, part in parts:
        label = part.get("accessibility_label") if isinstance(part, dict) else None
        problems += size(label, 75, f"{place}{where}/accessibility_label", required=False)
    return problems


def _options(element: dict[str, Any], most: int, place: str) -> Problems:
    groups = element.get("option_groups")
    if groups is None or "select" not in element["type"]:
        return items(element.get("options"), most, f"{place}/options", option_problems)

    def group(one: Any, where: str) -> Problems:
        if not isinstance(one, dict):
            return wrong("must be an object", where)
        label = text_object(one.get("label"), 75, f"{where}/label", PLAIN)
        return label + items(one.get("options"), most, f"{where}/options", option_problems)

    return items(groups, 100, f"{place}/option_groups", group)


def _confirm(dialog: Any, place: str) -> Problems:
    if not isinstance(dialog, dict):
        return wrong("must be an object", place)
    problems = text_object(dialog.get("title"), 100, f"{place}/title", PLAIN)
    problems += text_object(dialog.get("text"), 300, f"{place}/text")
    for name in ("confirm", "deny"):
        if dialog.get(name) is not None:
            problems += text_object(dialog[name], 30, f"{place}/{name}", PLAIN)
    return problems
