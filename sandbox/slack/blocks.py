"""Block Kit as Slack enforces it: which blocks there are on which surface, and how large they may be. Judges only.

The numbers are those of Slack's documentation and its published types. Each mistake is a message with a JSON pointer.
"""

from typing import Any

from sandbox.slack.elements import element_problems, image_problems
from sandbox.slack.problems import (
    ANY_TEXT,
    PLAIN,
    Check,
    Problems,
    items,
    missing,
    size,
    text_object,
    unsupported,
    wrong,
)

MOST_BLOCKS = {"message": 50, "modal": 100, "home": 100}
#: Blocks whose inner form the sandbox does not judge.
UNCHECKED_BLOCKS = frozenset(
    {"divider", "rich_text", "video", "file", "table", "data_table", "alert", "carousel", "plan", "task_card"}
    | {"data_visualization", "call"}
)
#: Blocks with texts of their own sizes, and how large these may be.
TITLED = {"card": {"title": 150, "subtitle": 150, "body": 200}, "container": {"title": 150, "subtitle": 150}}


def block_problems(blocks: Any, surface: str, root: str = "") -> Problems:
    """What Slack would refuse in the blocks of a message, a modal or a home tab; empty when nothing."""
    if not isinstance(blocks, list):
        return wrong("must be an array", f"{root}/blocks")
    problems: Problems = []
    if len(blocks) > MOST_BLOCKS[surface]:
        problems += wrong(f"no more than {MOST_BLOCKS[surface]} items allowed", f"{root}/blocks")
    seen: set[str] = set()
    for number, block in enumerate(blocks):
        place = f"{root}/blocks/{number}"
        if not isinstance(block, dict):
            problems += wrong("must be an object", place)
            continue
        identity = block.get("block_id")
        problems += size(identity, 255, f"{place}/block_id", required=False)
        if identity in seen:
            problems += wrong(f"block_id already exists: {identity}", f"{place}/block_id")
        seen |= {identity} if isinstance(identity, str) else set()
        problems += _block(block, place)
    return problems


def parts_of(block: dict[str, Any]) -> list[dict[str, Any]]:
    """The elements, the accessory and the input element of a block that was found right."""
    parts = [*block.get("elements", ()), block.get("accessory"), block.get("element")]
    return [part for part in parts if isinstance(part, dict)]


def view_problems(view: Any) -> Problems:
    """What Slack would refuse in a view."""
    if not isinstance(view, dict) or view.get("type") not in ("modal", "home"):
        return unsupported(view.get("type") if isinstance(view, dict) else None, "/view")
    blocks = view.get("blocks")
    problems = block_problems(blocks, view["type"], "/view")
    problems += size(view.get("callback_id"), 255, "/view/callback_id", required=False)
    problems += size(view.get("private_metadata"), 3000, "/view/private_metadata", required=False)
    problems += size(view.get("external_id"), 255, "/view/external_id", required=False)
    if view["type"] == "home":
        return problems
    problems += text_object(view.get("title"), 24, "/view/title", PLAIN)
    for name in ("submit", "close"):
        if view.get(name) is not None:
            problems += text_object(view[name], 24, f"/view/{name}", PLAIN)
    asks = isinstance(blocks, list) and any(isinstance(b, dict) and b.get("type") == "input" for b in blocks)
    return problems + (missing("submit", "/view") if asks and not view.get("submit") else [])


def _block(block: dict[str, Any], place: str) -> Problems:
    kind = str(block.get("type"))
    if kind in UNCHECKED_BLOCKS:
        return []
    check = BLOCKS.get(kind)
    return check(block, place) if check else unsupported(block.get("type"), place)


def _section(block: dict[str, Any], place: str) -> Problems:
    problems: Problems = []
    text, fields = block.get("text"), block.get("fields")
    if text is None and fields is None:
        problems += missing("text or fields", place)
    if text is not None:
        problems += text_object(text, 3000, f"{place}/text")
    if fields is not None:
        problems += items(fields, 10, f"{place}/fields", lambda field, where: text_object(field, 2000, where))
    if block.get("accessory") is not None:
        problems += element_problems(block["accessory"], f"{place}/accessory", "section")
    return problems


def _header(block: dict[str, Any], place: str) -> Problems:
    return text_object(block.get("text"), 150, f"{place}/text", PLAIN)


def _markdown(block: dict[str, Any], place: str) -> Problems:
    return size(block.get("text"), 12_000, f"{place}/text")


def _titled(block: dict[str, Any], place: str) -> Problems:
    limits = TITLED[block["type"]].items()
    given = [(name, most) for name, most in limits if block.get(name) is not None]
    problems = [p for name, most in given for p in text_object(block[name], most, f"{place}/{name}", ANY_TEXT)]
    inner = block.get("child_blocks", [])
    if not isinstance(inner, list):
        return problems + wrong("must be an array", f"{place}/child_blocks")
    for number, child in enumerate(inner):
        where = f"{place}/child_blocks/{number}"
        problems += _block(child, where) if isinstance(child, dict) else wrong("must be an object", where)
    return problems


def _context(block: dict[str, Any], place: str) -> Problems:
    def one(element: Any, where: str) -> Problems:
        is_image = isinstance(element, dict) and element.get("type") == "image"
        return image_problems(element, where) if is_image else text_object(element, 3000, where)

    return items(block.get("elements"), 10, f"{place}/elements", one)


def _actions(block: dict[str, Any], place: str) -> Problems:
    kind, elements = block["type"], block.get("elements")
    most = 25 if kind == "actions" else 5
    problems = items(elements, most, f"{place}/elements", lambda one, where: element_problems(one, where, kind))
    ids = [e.get("action_id") for e in elements if isinstance(e, dict)] if isinstance(elements, list) else []
    doubled = sorted({str(identity) for identity in ids if identity and ids.count(identity) > 1})
    return problems + [p for i in doubled for p in wrong(f"action_id already exists: {i}", f"{place}/elements")]


def _input(block: dict[str, Any], place: str) -> Problems:
    problems = text_object(block.get("label"), 2000, f"{place}/label", PLAIN)
    if block.get("hint") is not None:
        problems += text_object(block["hint"], 2000, f"{place}/hint", PLAIN)
    return problems + element_problems(block.get("element"), f"{place}/element", "input")


BLOCKS: dict[str, Check] = {
    "section": _section,
    "header": _header,
    "markdown": _markdown,
    "context": _context,
    "actions": _actions,
    "context_actions": _actions,
    "input": _input,
    "image": image_problems,
    "card": _titled,
    "container": _titled,
}
