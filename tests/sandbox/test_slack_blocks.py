"""Block Kit's limits, taken from the published table where it is at hand."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from sandbox.slack.blocks import block_problems, view_problems
from tests.sandbox.ear import button, modal, reason_input, section

OPTION = {"text": {"type": "plain_text", "text": "one"}, "value": "1"}
WHERE: dict[str, list[dict[str, Any]]] = {
    "SectionBlock": [section()],
    "HeaderBlock": [{"type": "header", "text": {"type": "plain_text", "text": "x"}}],
    "ActionsBlock": [{"type": "actions", "elements": [button()]}],
    "ContextBlock": [{"type": "context", "elements": [{"type": "mrkdwn", "text": "x"}]}],
    "Button": [{"type": "actions", "elements": [button()]}],
    "InputBlock": [reason_input(hint={"type": "plain_text", "text": "x"})],
    "StaticSelect": [{"type": "actions", "elements": [{"type": "static_select", "options": [OPTION]}]}],
    "Checkboxes": [{"type": "actions", "elements": [{"type": "checkboxes", "options": [OPTION]}]}],
    "RadioButtons": [{"type": "actions", "elements": [{"type": "radio_buttons", "options": [OPTION]}]}],
    "PlainTextOption": [{"type": "actions", "elements": [{"type": "static_select", "options": [OPTION]}]}],
    "ConfirmationDialog": [{"type": "actions", "elements": [button()]}],
}
INSIDE = {"Button", "StaticSelect", "Checkboxes", "RadioButtons"}


def rows(shared: Path) -> list[tuple[str, str, int, str]]:
    table = (shared / "specs/slack/LIMITS.md").read_text()
    found = re.findall(r"^\| (\w+) \| ([\w.\[\]]+) \| ≤(\d+) (chars|items) \|$", table, re.MULTILINE)
    return [(kind, field, int(most), unit) for kind, field, most, unit in found if kind in WHERE]


def sized(kind: str, field: str, size: int, unit: str) -> list[dict[str, Any]]:
    """Blocks in which one field of one type has a size."""
    blocks: list[dict[str, Any]] = json.loads(json.dumps(WHERE[kind]))
    target = blocks[0]["elements"][0] if kind in INSIDE or kind == "PlainTextOption" else blocks[0]
    if kind == "PlainTextOption":
        target = target["options"][0]
    if kind == "ConfirmationDialog":
        said = {"type": "plain_text", "text": "x"}
        target = blocks[0]["elements"][0]["confirm"] = {
            name: dict(said) for name in ("title", "text", "confirm", "deny")
        }
    name, _, inner = field.partition(".")
    if unit == "items":
        samples = {
            "fields": {"type": "mrkdwn", "text": "x"},
            "elements": {"type": "mrkdwn", "text": "x"},
            "options": OPTION,
        }
        sample = samples.get(name) or {"label": {"type": "plain_text", "text": "x"}, "options": [OPTION]}
        several = [{**button(action=f"a{n}")} if kind == "ActionsBlock" else sample for n in range(size)]
        target[name] = several
    elif name.endswith("[]"):
        target[name[:-2]] = [{"type": "mrkdwn", "text": "x" * size}]
    elif inner:
        target[name] = {"type": "plain_text", "text": "x" * size}
    else:
        target[name] = "x" * size
    return blocks


def test_every_limit_of_the_published_table_is_kept(shared: Path) -> None:
    checked = rows(shared)
    for kind, field, most, unit in checked:
        assert block_problems(sized(kind, field, most, unit), "modal") == [], (kind, field)
        assert len(block_problems(sized(kind, field, most + 1, unit), "modal")) == 1, (kind, field)
    assert len(checked) > 25


@pytest.mark.parametrize(("surface", "most"), [("message", 50), ("modal", 100), ("home", 100)])
def test_a_surface_holds_so_many_blocks(surface: str, most: int) -> None:
    assert block_problems([section()] * most, surface) == []
    assert list(map(str, block_problems([section()] * (most + 1), surface))) == [
        f"[ERROR] no more than {most} items allowed [json-pointer:/blocks]"
    ]


@pytest.mark.parametrize(
    ("blocks", "place"),
    [
        ("text", "/blocks"),
        ([7], "/blocks/0"),
        ([{"type": "poem"}], "/blocks/0/type"),
        ([{"type": "section"}], "/blocks/0"),
        ([section("")], "/blocks/0/text/text"),
        ([{**section(), "block_id": "a"}, {**section(), "block_id": "a"}], "/blocks/1/block_id"),
        ([{"type": "actions", "elements": [button(), button()]}], "/blocks/0/elements"),
        ([{"type": "actions", "elements": []}], "/blocks/0/elements"),
        ([{"type": "actions", "elements": [{**button(), "style": "loud"}]}], "/blocks/0/elements/0/style"),
        ([{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}], "/blocks/0/text/type"),
        ([{**section(), "accessory": {"type": "lever"}}], "/blocks/0/accessory/type"),
        ([reason_input(element=button())], "/blocks/0/element/type"),
    ],
)
def test_a_mistake_is_named_with_its_place(blocks: Any, place: str) -> None:
    [problem] = block_problems(blocks, "message")
    assert str(problem).endswith(f"[json-pointer:{place}]")


def test_real_views_pass(shared: Path) -> None:
    for path in sorted((shared / "fixtures/slack/views").glob("*.json")):
        view = json.loads(path.read_text())
        kept = view.get("view", view)
        assert [p for p in view_problems(kept) if "unsupported type" in p.text] == [], path.name


def test_a_modal_with_inputs_needs_a_submit_button() -> None:
    view = modal(reason_input())
    del view["submit"]
    assert list(map(str, view_problems(view))) == ["[ERROR] missing required field: submit [json-pointer:/view]"]
