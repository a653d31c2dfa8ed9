"""Block Kit as Slack enforces it: which blocks and elements there are, and how large they may be. Judges only.

The numbers are those of Slack's documentation and its published types. Each mistake is a message with a JSON pointer.
"""

from collections.abc import Callable
from typing import Any

Problems = list[str]
PLAIN, ANY_TEXT = ("plain_text",), ("plain_text", "mrkdwn")
MOST_BLOCKS = {"message": 50, "modal": 100, "home": 100}
UNCHECKED_BLOCKS = frozenset(
    {"rich_text", "video", "file", "table", "data_table", "alert", "card", "carousel", "container", "plan", "task_card"}
    | {"context_actions", "data_visualization"}
)
SELECTS = ("static_select", "external_select", "users_select", "conversations_select", "channels_select")
PICKERS = ("datepicker", "timepicker", "datetimepicker")
INPUTS = ("plain_text_input", "email_text_input", "url_text_input", "number_input", "rich_text_input", "file_input")
PRESSED = ("button", "icon_button", "feedback_buttons", "workflow_button", "overflow")
ELEMENTS = frozenset(
    [*SELECTS, *(f"multi_{s}" for s in SELECTS), *PICKERS, *INPUTS, *PRESSED, "checkboxes", "radio_buttons", "image"]
)
OPTION_LIMITS = {"checkboxes": 10, "radio_buttons": 10, "overflow": 5, "static_select": 100, "multi_static_select": 100}


def block_problems(blocks: Any, surface: str) -> Problems:
    """What Slack would refuse in the blocks of a message, a modal or a home tab; empty when nothing."""
    if not isinstance(blocks, list):
        return ["[ERROR] must be an array [json-pointer:/blocks]"]
    problems: Problems = []
    if len(blocks) > MOST_BLOCKS[surface]:
        problems.append(f"[ERROR] no more than {MOST_BLOCKS[surface]} items allowed [json-pointer:/blocks]")
    seen: set[str] = set()
    for number, block in enumerate(blocks):
        place = f"/blocks/{number}"
        if not isinstance(block, dict):
            problems.append(f"[ERROR] must be an object [json-pointer:{place}]")
            continue
        problems += _size(block.get("block_id"), 255, f"{place}/block_id", required=False)
        if block.get("block_id") in seen:
            problems.append(f"[ERROR] block_id already exists: {block['block_id']} [json-pointer:{place}/block_id]")
        seen |= {block["block_id"]} if isinstance(block.get("block_id"), str) else set()
        problems += _block(block, place, surface)
    return problems


def parts_of(block: dict[str, Any]) -> list[dict[str, Any]]:
    """The elements, the accessory and the input element of a block that was found right."""
    parts = [*block.get("elements", ()), block.get("accessory"), block.get("element")]
    return [part for part in parts if isinstance(part, dict)]


def view_problems(view: Any) -> Problems:
    """What Slack would refuse in a view."""
    if not isinstance(view, dict) or view.get("type") not in ("modal", "home"):
        return ["[ERROR] unsupported type [json-pointer:/view/type]"]
    problems = block_problems(view.get("blocks"), view["type"])
    problems += _size(view.get("callback_id"), 255, "/view/callback_id", required=False)
    problems += _size(view.get("private_metadata"), 3000, "/view/private_metadata", required=False)
    if view["type"] == "home":
        return problems
    problems += _text(view.get("title"), 24, "/view/title", PLAIN)
    for name in ("submit", "close"):
        if view.get(name) is not None:
            problems += _text(view[name], 24, f"/view/{name}", PLAIN)
    blocks = view.get("blocks")
    if (
        isinstance(blocks, list)
        and any(isinstance(b, dict) and b.get("type") == "input" for b in blocks)
        and not view.get("submit")
    ):
        problems.append("[ERROR] missing required field: submit [json-pointer:/view]")
    return problems


def _block(block: dict[str, Any], place: str, surface: str) -> Problems:
    kind = block.get("type")
    if kind in UNCHECKED_BLOCKS or kind == "divider":
        return []
    check = BLOCKS.get(str(kind))
    return check(block, place) if check else [f"[ERROR] unsupported type: {kind} [json-pointer:{place}/type]"]


def _section(block: dict[str, Any], place: str) -> Problems:
    problems: Problems = []
    text, fields = block.get("text"), block.get("fields")
    if text is None and fields is None:
        problems.append(f"[ERROR] missing required field: text or fields [json-pointer:{place}]")
    if text is not None:
        problems += _text(text, 3000, f"{place}/text")
    if fields is not None:
        problems += _items(fields, 10, f"{place}/fields", lambda field, where: _text(field, 2000, where))
    if block.get("accessory") is not None:
        problems += _element(block["accessory"], f"{place}/accessory")
    return problems


def _header(block: dict[str, Any], place: str) -> Problems:
    return _text(block.get("text"), 150, f"{place}/text", PLAIN)


def _markdown(block: dict[str, Any], place: str) -> Problems:
    return _size(block.get("text"), 12_000, f"{place}/text")


def _context(block: dict[str, Any], place: str) -> Problems:
    def one(element: Any, where: str) -> Problems:
        is_image = isinstance(element, dict) and element.get("type") == "image"
        return _image(element, where) if is_image else _text(element, 3000, where)

    return _items(block.get("elements"), 10, f"{place}/elements", one)


def _actions(block: dict[str, Any], place: str) -> Problems:
    problems = _items(block.get("elements"), 25, f"{place}/elements", _element)
    elements = block.get("elements")
    ids = [e.get("action_id") for e in elements if isinstance(e, dict)] if isinstance(elements, list) else []
    doubled = {identity for identity in ids if identity and ids.count(identity) > 1}
    return problems + [
        f"[ERROR] action_id already exists: {i} [json-pointer:{place}/elements]" for i in sorted(doubled)
    ]


def _input(block: dict[str, Any], place: str) -> Problems:
    problems = _text(block.get("label"), 2000, f"{place}/label", PLAIN)
    if block.get("hint") is not None:
        problems += _text(block["hint"], 2000, f"{place}/hint", PLAIN)
    element = block.get("element")
    if isinstance(element, dict) and element.get("type") in (*PRESSED, "image"):
        return [*problems, f"[ERROR] unsupported type: {element['type']} [json-pointer:{place}/element/type]"]
    return problems + _element(element, f"{place}/element")


def _image(block: Any, place: str) -> Problems:
    problems = _size(block.get("alt_text"), 2000, f"{place}/alt_text")
    if block.get("slack_file") is None:
        problems += _size(block.get("image_url"), 3000, f"{place}/image_url")
    if block.get("title") is not None:
        problems += _text(block["title"], 2000, f"{place}/title", PLAIN)
    return problems


BLOCKS: dict[str, Callable[[dict[str, Any], str], Problems]] = {
    "section": _section,
    "header": _header,
    "markdown": _markdown,
    "context": _context,
    "actions": _actions,
    "input": _input,
    "image": _image,
}


def _element(element: Any, place: str) -> Problems:
    kind = element.get("type") if isinstance(element, dict) else None
    if kind not in ELEMENTS:
        return [f"[ERROR] unsupported type: {kind} [json-pointer:{place}/type]"]
    if kind == "image":
        return _image(element, place)
    problems = _size(element.get("action_id"), 255, f"{place}/action_id", required=False)
    if kind == "button":
        problems += _button(element, place)
    if element.get("placeholder") is not None:
        problems += _text(element["placeholder"], 150, f"{place}/placeholder", PLAIN)
    if kind in OPTION_LIMITS:
        problems += _options(element, OPTION_LIMITS[kind], place)
    if element.get("confirm") is not None:
        problems += _confirm(element["confirm"], f"{place}/confirm")
    return problems


def _button(element: dict[str, Any], place: str) -> Problems:
    problems = _text(element.get("text"), 75, f"{place}/text", PLAIN)
    for name, most in (("value", 2000), ("url", 3000), ("accessibility_label", 75)):
        problems += _size(element.get(name), most, f"{place}/{name}", required=False)
    if element.get("style") not in (None, "primary", "danger"):
        problems.append(f"[ERROR] must be a valid enum value: primary, danger [json-pointer:{place}/style]")
    return problems


def _options(element: dict[str, Any], most: int, place: str) -> Problems:
    groups = element.get("option_groups")
    if groups is None:
        return _items(element.get("options"), most, f"{place}/options", _option)

    def group(one: Any, where: str) -> Problems:
        if not isinstance(one, dict):
            return [f"[ERROR] must be an object [json-pointer:{where}]"]
        label = _text(one.get("label"), 75, f"{where}/label", PLAIN)
        return label + _items(one.get("options"), most, f"{where}/options", _option)

    return _items(groups, 100, f"{place}/option_groups", group)


def _option(option: Any, place: str) -> Problems:
    if not isinstance(option, dict):
        return [f"[ERROR] must be an object [json-pointer:{place}]"]
    problems = _text(option.get("text"), 75, f"{place}/text") + _size(option.get("value"), 75, f"{place}/value")
    problems += _size(option.get("url"), 3000, f"{place}/url", required=False)
    if option.get("description") is not None:
        problems += _text(option["description"], 75, f"{place}/description")
    return problems


def _confirm(dialog: Any, place: str) -> Problems:
    if not isinstance(dialog, dict):
        return [f"[ERROR] must be an object [json-pointer:{place}]"]
    limits = (("title", 100, PLAIN), ("text", 300, ANY_TEXT), ("confirm", 30, PLAIN), ("deny", 30, PLAIN))
    return [p for name, most, kinds in limits for p in _text(dialog.get(name), most, f"{place}/{name}", kinds)]


def _text(value: Any, most: int, place: str, kinds: tuple[str, ...] = ANY_TEXT) -> Problems:
    if not isinstance(value, dict):
        return [f"[ERROR] missing required field: {place.rpartition('/')[2]} [json-pointer:{place.rpartition('/')[0]}]"]
    if value.get("type") not in kinds:
        return [f"[ERROR] must be a valid enum value: {', '.join(kinds)} [json-pointer:{place}/type]"]
    return _size(value.get("text"), most, f"{place}/text")


def _size(value: Any, most: int, place: str, *, required: bool = True) -> Problems:
    if value is None and not required:
        return []
    if not isinstance(value, str):
        return [f"[ERROR] must be a string [json-pointer:{place}]"]
    if required and not value:
        return [f"[ERROR] must be more than 0 characters [json-pointer:{place}]"]
    return [f"[ERROR] must be less than {most + 1} characters [json-pointer:{place}]"] if len(value) > most else []


def _items(values: Any, most: int, place: str, check: Callable[[Any, str], Problems]) -> Problems:
    if not isinstance(values, list) or not values:
        return [f"[ERROR] must provide at least one item [json-pointer:{place}]"]
    problems = [f"[ERROR] no more than {most} items allowed [json-pointer:{place}]"] if len(values) > most else []
    return problems + [problem for n, value in enumerate(values) for problem in check(value, f"{place}/{n}")]
