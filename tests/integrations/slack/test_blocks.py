import json
from functools import cache
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.slack import blocks, forms, presses
from orchestrator.messages import Button, Message, Section
from rules.model import ItemRef, Line, PersonRef, Tainted
from tests.integrations.slack.test_mrkdwn import url_of
from tests.integrations.slack.yard import shared

ACTIONS = ["request.approve", "request.reject", "request.details", "request.undo", "request.retry", "couple.propose"]
words = st.text(max_size=40) | st.just("x" * 4000) | st.just("<!channel> 🚂 *b*")
parts = (
    st.builds(Tainted, text=words)
    | st.builds(ItemRef, id=st.integers(1, 9), key=st.just("PAY-1") | words)
    | st.builds(PersonRef, name=words, slack=st.none() | words)
)
lines = st.builds(lambda part: Line(text="It says {0}.", parts=(part,)), parts) | st.just(Line(text=""))
values = st.dictionaries(st.sampled_from(["request", "subject"]), st.text("abc:123", max_size=40), max_size=2)
buttons = st.builds(
    Button,
    action=st.sampled_from(ACTIONS),
    label=words,
    value=values,
    style=st.sampled_from([None, "primary", "danger"]),
    confirm=st.none() | lines,
)
sections = st.builds(
    Section,
    heading=words,
    lines=st.lists(lines, max_size=4).map(tuple),
    buttons=st.lists(buttons, max_size=7).map(tuple),
)
few = st.lists(sections, max_size=3)
many = st.builds(lambda one: [one] * 120, sections)
footers = st.lists(lines, max_size=3).map(tuple)
messages = st.builds(Message, title=lines, sections=(few | many).map(tuple), footer=footers, compact=st.booleans())
short_messages = st.builds(Message, title=lines, sections=few.map(tuple), footer=footers, compact=st.booleans())
CARD = Message(
    title=Line(text="{0} looks like {1}", parts=(ItemRef(id=2, key="WEB-2"), ItemRef(id=1, key="PAY-1"))),
    sections=(
        Section(
            lines=(Line(text="{0}", parts=(Tainted(text="Checkout fails"),)),),
            heading="What would change",
            buttons=(
                Button(action="request.approve", label="Approve", value={"request": "r1"}, style="primary"),
                Button(action="request.reject", label="Reject", value={"request": "r1"}),
            ),
        ),
    ),
    footer=(Line(text="Rules 3f2a"), Line(text="confidence 87 %")),
)


@cache
def schema(name: str) -> Any:
    path = shared(f"specs/slack/{name}.strict.json")
    return jsonschema.Draft7Validator(json.loads(path.read_text(encoding="utf-8")))


def sizes_are_kept(laid_out: list[dict[str, Any]], most: int) -> None:
    assert 0 < len(laid_out) <= most
    for block in laid_out:
        elements = block.get("elements", [])
        assert len(elements) <= 25
        names = [element["action_id"] for element in elements if "action_id" in element]
        assert len(names) == len(set(names))
        for text in [block.get("text", {}), *(each for each in elements if each["type"] == "mrkdwn")]:
            assert 0 < len(text.get("text", "x")) <= (150 if block["type"] == "header" else 3000)


@given(messages)
def test_any_message_keeps_slacks_limits(message: Message) -> None:
    card = blocks.card(message, url_of)

    sizes_are_kept(card["blocks"], 50)
    assert 0 < len(card["text"]) <= 3000


@given(short_messages)
def test_any_message_is_what_slacks_schema_allows(message: Message) -> None:
    schema("S_blocks").validate(blocks.card(message, url_of)["blocks"])


@given(short_messages)
def test_any_view_is_what_slacks_schema_allows(message: Message) -> None:
    schema("S_modal_view").validate(blocks.details_view(message, url_of, "slack:1.2.a"))


@given(messages)
def test_any_view_keeps_slacks_limits(message: Message) -> None:
    sizes_are_kept(blocks.details_view(message, url_of, "slack:1.2.a")["blocks"], 100)


@given(short_messages)
def test_any_page_is_what_slacks_schema_allows(message: Message) -> None:
    schema("S_home_view").validate(blocks.home_view(message, url_of))


@given(messages)
def test_any_page_keeps_slacks_limits(message: Message) -> None:
    sizes_are_kept(blocks.home_view(message, url_of)["blocks"], 100)


def test_a_page_has_a_line_above_each_heading() -> None:
    sections = (Section(heading="Mine", lines=()), Section(lines=(Line(text="a question"),)))
    page = blocks.home_view(Message(title=Line(text="Yours"), sections=sections), url_of)

    assert [block["type"] for block in page["blocks"]] == ["header", "divider", "section", "section"]


@given(words, st.text(max_size=3000))
def test_the_view_that_asks_why_is_what_slacks_schema_allows(title: str, metadata: str) -> None:
    schema("S_modal_view").validate(blocks.words_view(presses.REJECTION, title, metadata))


def test_a_compact_message_has_its_title_as_a_line_with_links() -> None:
    message = Message(title=CARD.title, sections=(Section(lines=(Line(text="Replaced"),)),), compact=True)

    laid_out = blocks.card(message, url_of)["blocks"]

    assert [block["type"] for block in laid_out] == ["section", "section"]
    assert laid_out[0]["text"]["text"].startswith("*<")


def test_a_card_reads_from_the_top() -> None:
    laid_out = blocks.card(CARD, url_of)["blocks"]

    assert [block["type"] for block in laid_out] == ["header", "section", "actions", "context"]
    assert laid_out[0]["text"]["text"] == "WEB-2 looks like PAY-1"
    assert laid_out[1]["text"]["text"] == "*What would change*\nCheckout fails"
    assert [each["action_id"] for each in laid_out[2]["elements"]] == ["request.approve", "request.reject"]
    assert laid_out[3]["elements"][0]["text"] == "Rules 3f2a  ·  confidence 87 %"


def test_a_notification_shows_the_title_and_the_first_sentence() -> None:
    link = "<https://jira.example/browse/{0}|{0}>"

    assert blocks.card(CARD, no_format)["text"] == "WEB-2 looks like PAY-1: Checkout fails"
    assert blocks.card(CARD, url_of)["text"].startswith(link.format("WEB-2"))


def no_format(_key: str) -> str:
    return ""


def test_every_text_that_slack_could_format_is_verbatim() -> None:
    def texts(found: object) -> list[dict[str, Any]]:
        if isinstance(found, list):
            return [text for each in found for text in texts(each)]
        if not isinstance(found, dict):
            return []
        return ([found] if found.get("type") == "mrkdwn" else []) + texts(list(found.values()))

    formatted = texts(blocks.card(CARD, url_of)["blocks"])

    assert formatted
    assert all(text["verbatim"] for text in formatted)


def test_buttons_of_one_kind_get_names_that_differ_within_their_row() -> None:
    proposals = tuple(Button(action="couple.propose", label=str(n), value={"other": str(n)}) for n in range(7))
    message = Message(title=Line(text="Related"), sections=(Section(lines=(), buttons=proposals),))

    rows = [block["elements"] for block in blocks.card(message, url_of)["blocks"] if block["type"] == "actions"]

    expected = ["couple.propose", *(f"couple.propose:{n}" for n in range(2, 6))]
    assert [[each["action_id"] for each in row] for row in rows] == [expected, expected[:2]]


def test_a_button_that_opens_an_address_says_where() -> None:
    there = "https://auth.example.net/authorize?state=a%2Bb"
    opening = Button(action="grant.open", label="Open", value={}, address=there)
    message = Message(title=Line(text="t"), sections=(Section(lines=(), buttons=(opening,)),))
    [button] = [one for block in blocks.card(message, url_of)["blocks"] for one in block.get("elements", ())]
    assert button["url"] == there


def test_too_many_sections_are_left_out_with_a_note_and_the_footer_stays() -> None:
    many = tuple(Section(lines=(Line(text=f"No. {n}"),)) for n in range(80))

    laid_out = blocks.card(Message(title=Line(text="Many"), sections=many, footer=(Line(text="foot"),)), url_of)[
        "blocks"
    ]

    assert len(laid_out) == 50
    assert "does not fit" in laid_out[-2]["elements"][0]["text"]
    assert laid_out[-1]["elements"][0]["text"] == "foot"


def test_a_value_that_could_not_come_back_whole_is_refused() -> None:
    button = Button(action="request.approve", label="Approve", value={"request": "x" * 2000})

    with pytest.raises(ValueError, match="ids only"):
        blocks.card(Message(title=Line(text="x"), sections=(Section(lines=(), buttons=(button,)),)), url_of)


def test_a_heading_may_hold_braces() -> None:
    message = Message(title=Line(text="x"), sections=(Section(heading="set {a}", lines=()),))

    assert blocks.card(message, url_of)["blocks"][1]["text"]["text"] == "*set {a}*"


def test_the_reason_that_is_asked_for_is_where_its_reader_looks() -> None:
    asked = blocks.words_view(presses.REJECTION, "PAY-1", "{}")["blocks"][-1]

    values = {asked["block_id"]: {asked["element"]["action_id"]: {"value": " Not the same "}}}
    assert forms.written_words({"state": {"values": values}}) == "Not the same"
