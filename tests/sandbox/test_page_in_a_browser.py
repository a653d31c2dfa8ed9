"""The page as people use it: in a browser, with a mouse, by keyboard, on a phone, in light and dark."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import Browser, Page, expect
from slack_sdk import WebClient

from sandbox.running import Sandbox
from tests.browser import chromium, window
from tests.sandbox.ear import Ear, Rest, button, control, eventually, modal, new_issue, reason_input, section
from tests.sandbox.idle_bot import IdleBot

pytestmark = pytest.mark.slow
YARD, MIKA = "C0YARD0001", "U0MIKA0001"
CHOOSERS = "select, details, fieldset, input[type=date], input[type=time]"
PHONE = {"width": 390, "height": 844}
CONTRAST = """([front, back]) => {
  const paint = (name) => {
    const node = document.body.appendChild(document.createElement("i"));
    node.style.color = `var(--${name})`;
    const rgb = getComputedStyle(node).color.match(/[\\d.]+/g).slice(0, 3).map(Number);
    node.remove();
    return rgb.map((one) => one / 255).map((one) => (one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4));
  };
  const light = (name) => paint(name).reduce((sum, one, place) => sum + one * [0.2126, 0.7152, 0.0722][place], 0);
  const [more, less] = [light(front), light(back)].sort((one, other) => other - one);
  return (more + 0.05) / (less + 0.05);
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture
def page(browser: Browser, sandbox: Sandbox) -> Iterator[Page]:
    with window(browser, sandbox.world.places.page) as opened:
        yield opened


def choose(page: Page, name: str) -> None:
    page.get_by_label("You are").select_option(label=name)


def pressed(ear: Ear) -> dict[str, object]:
    """The newest interaction that the app was told of."""
    raw = eventually(lambda: next((one.raw for one in reversed(ear.heard) if b"payload=" in one.raw), b""))
    return dict(json.loads(parse_qs(raw.decode())["payload"][0]))


# Slack.


def test_what_one_person_writes_another_finds_marked_as_unread(page: Page) -> None:
    page.get_by_label("Message #yard").fill("the build is @Tom Becker's now")
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#messages .mention")).to_have_text("@Tom Becker")
    page.get_by_role("button", name="# payments").click()
    choose(page, "Tom Becker")
    expect(page.get_by_role("button", name="# yard").locator(".count")).to_have_text("1")
    page.get_by_role("button", name="# yard").click()
    expect(page.get_by_role("button", name="# yard").locator(".count")).to_have_count(0)


def test_a_message_changes_in_place(page: Page, slack: WebClient) -> None:
    ts = slack.chat_postMessage(channel=YARD, text="One moment")["ts"]
    expect(page.locator(".message .said")).to_have_text("One moment")
    slack.chat_update(channel=YARD, ts=str(ts), text="*Done*")
    expect(page.locator(".message b", has_text="Done")).to_be_visible()
    expect(page.locator(".message")).to_have_count(1)


def test_a_button_asks_first_where_it_has_a_confirmation(page: Page, slack: WebClient, slack_ear: Ear) -> None:
    plain = {"type": "plain_text"}
    confirm = {"title": plain | {"text": "Sure?"}, "text": plain | {"text": "It closes WEB-1."}}
    confirm |= {"confirm": plain | {"text": "Yes"}, "deny": plain | {"text": "No"}}
    blocks = [section(), {"type": "actions", "elements": [button() | {"confirm": confirm}]}]
    slack.chat_postMessage(channel=YARD, text="?", blocks=blocks)
    page.get_by_role("button", name="Approve").click()
    page.get_by_role("dialog", name="Sure?").get_by_role("button", name="No").click()
    assert [one for one in slack_ear.heard if b"block_actions" in one.raw] == []
    page.get_by_role("button", name="Approve").click()
    page.get_by_role("dialog", name="Sure?").get_by_role("button", name="Yes").click()
    assert pressed(slack_ear)["type"] == "block_actions"


def test_a_modal_says_beside_its_input_what_is_wrong(
    page: Page, sandbox: Sandbox, slack: WebClient, slack_ear: Ear
) -> None:
    slack.chat_postMessage(channel=YARD, text="?", blocks=[{"type": "actions", "elements": [button("Reject")]}])
    page.get_by_role("button", name="Reject").click()
    trigger = str(pressed(slack_ear)["trigger_id"])
    slack.views_open(trigger_id=trigger, view=modal(reason_input()))
    eventually(lambda: control(sandbox, "GET", "idle")["idle"])
    dialog = page.get_by_role("dialog", name="Why?")
    dialog.get_by_role("button", name="Send").click()
    expect(dialog.get_by_role("alert")).to_have_text("Please complete this required field.")
    refusal = {"response_action": "errors", "errors": {"reason": "Say more."}}
    slack_ear.answers.append((200, "application/json", json.dumps(refusal).encode()))
    dialog.get_by_label("Why").fill("no")
    dialog.get_by_role("button", name="Send").click()
    expect(dialog.get_by_role("alert")).to_have_text("Say more.")
    expect(dialog.get_by_label("Why")).to_have_value("no")
    dialog.get_by_role("button", name="Send").click()
    expect(dialog).to_have_count(0)


def test_an_ephemeral_message_is_shown_to_one_person_alone(page: Page, slack: WebClient) -> None:
    slack.chat_postEphemeral(channel=YARD, user=MIKA, text="for your eyes")
    expect(page.locator(".message.private")).to_contain_text("Only visible to you")
    choose(page, "Dana Okafor")
    expect(page.locator(".message")).to_have_count(0)


def test_a_thread_opens_beside_its_channel_and_takes_an_answer(page: Page, slack: WebClient) -> None:
    ts = slack.chat_postMessage(channel=YARD, text="Which one?")["ts"]
    slack.chat_postMessage(channel=YARD, thread_ts=str(ts), text="This one?")
    page.get_by_role("button", name="1 reply").click()
    thread = page.get_by_label("Thread", exact=True)
    thread.get_by_label("Reply…").fill("That one")
    thread.get_by_label("Reply…").press("Enter")
    expect(thread.locator(".message")).to_have_count(3)
    expect(page.locator("#messages .message")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(thread).to_be_hidden()


def test_a_command_is_hinted_at_and_completed_by_keyboard(page: Page, slack_ear: Ear) -> None:
    field = page.get_by_label("Message #yard")
    field.press_sequentially("/yard st")
    expect(page.locator(".hints").get_by_role("option")).to_have_text(["/yard status ", "/yard stop "])
    field.press("ArrowDown")
    field.press("Enter")
    expect(field).to_have_value("/yard status")
    field.press("Enter")
    assert eventually(lambda: [one for one in slack_ear.heard if b"text=status" in one.raw])


def test_texts_from_outside_become_no_markup(page: Page, dana: Rest) -> None:
    hostile = "<img src=x onerror=alert(1)> &lt;b&gt;"
    key = new_issue(dana, "WEB", summary=hostile, description=hostile)
    page.get_by_label("Message #yard").fill(hostile)
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".said")).to_have_text(hostile)
    page.locator(f"a[href='#{key}']").click()
    expect(page.locator("#issue h2")).to_contain_text(hostile)
    assert page.locator("main img").count() == 0


def test_every_kind_of_block_and_element_is_drawn(page: Page, slack: WebClient) -> None:
    def plain(text: str) -> dict[str, str]:
        return {"type": "plain_text", "text": text}

    options = [{"text": plain(name), "value": name} for name in ("one", "two")]
    kinds = ("static_select", "multi_static_select", "overflow", "radio_buttons", "checkboxes")
    chosen = [{"type": kind, "action_id": kind, "options": options} for kind in kinds]
    chosen += [{"type": kind, "action_id": kind} for kind in ("datepicker", "timepicker", "users_select")]
    rich = {"type": "rich_text_section", "elements": [{"type": "text", "text": "rich", "style": {"bold": True}}]}
    blocks = [
        {"type": "header", "text": plain("Heading")},
        section("text") | {"fields": [plain("left"), plain("right")], "accessory": button("Beside", "beside")},
        {"type": "divider"},
        {"type": "context", "elements": [plain("small print")]},
        {"type": "image", "image_url": "https://example.com/a.png", "alt_text": "a chart"},
        {"type": "rich_text", "elements": [rich]},
        {"type": "actions", "elements": chosen},
    ]
    slack.chat_postMessage(channel=YARD, text="all", blocks=blocks)
    message = page.locator(".message")
    expect(message.get_by_role("heading", name="Heading")).to_be_visible()
    expect(message.get_by_role("img", name="a chart")).to_be_visible()
    expect(message.locator("b", has_text="rich")).to_be_visible()
    for words in ("left", "right", "Beside", "small print"):
        expect(message.get_by_text(words, exact=True)).to_be_visible()
    assert message.locator(".block.row").locator(
        "select, details, fieldset, input[type=date], input[type=time]"
    ).count() == len(chosen)
    assert not re.search(r"\[\w+\]", message.inner_text())


def test_a_menu_whose_options_the_app_gives_asks_it(page: Page, slack: WebClient, slack_ear: Ear) -> None:
    menu = {"type": "external_select", "action_id": "menu", "min_query_length": 1}
    slack.chat_postMessage(channel=YARD, text="?", blocks=[{"type": "actions", "elements": [menu]}])
    offer = {"options": [{"text": {"type": "plain_text", "text": "pear"}, "value": "7"}]}
    eventually(lambda: slack_ear.heard)
    slack_ear.answers.append((200, "application/json", json.dumps(offer).encode()))
    field = page.locator(".message .offered input")
    field.press_sequentially("p")
    expect(page.locator(".offered option")).to_have_attribute("value", "pear")
    field.fill("pear")
    field.press("Tab")
    assert eventually(lambda: '"value": "7"' in json.dumps(pressed(slack_ear).get("actions", "")))


# Jira.


def test_an_issue_is_created_edited_moved_and_remembers_it(page: Page) -> None:
    page.get_by_role("button", name="Create", exact=True).click()
    dialog = page.get_by_role("dialog", name="Create an issue")
    dialog.get_by_label("Summary").fill("The shop is closed")
    dialog.get_by_role("button", name="Create").click()
    issue = page.get_by_label("Issue", exact=True)
    expect(issue.get_by_role("heading", name="The shop is closed")).to_be_visible()
    issue.get_by_role("button", name="Edit").click()
    page.get_by_role("dialog").get_by_label("Summary").fill("The shop is open")
    page.get_by_role("dialog").get_by_role("button", name="Save").click()
    expect(issue.get_by_role("heading", name="The shop is open")).to_be_visible()
    issue.get_by_role("button", name="Close as duplicate").click()
    page.get_by_role("dialog").get_by_label("Resolution").select_option(label="Won't Fix")
    page.get_by_role("dialog").get_by_role("button", name="Close as duplicate").click()
    expect(issue.locator(".lozenge.done")).to_have_text("Closed")
    issue.get_by_text("History (").click()
    expect(issue.locator(".history")).to_contain_text("The shop is closed → The shop is open")


def test_a_card_moves_on_the_board_when_somebody_else_moves_the_issue(page: Page, dana: Rest) -> None:
    key = new_issue(dana, "WEB", summary="A card that moves")
    expect(page.get_by_label("To do").get_by_text("A card that moves")).to_be_visible()
    moves = dana("GET", f"issue/{key}/transitions").json()["transitions"]
    start = next(one["id"] for one in moves if one["name"] == "Start work")
    dana("POST", f"issue/{key}/transitions", json={"transition": {"id": start}})
    expect(page.get_by_label("In progress").get_by_text("A card that moves")).to_be_visible()


def test_comments_and_links_are_written_in_the_page(page: Page, sandbox: Sandbox) -> None:
    page.goto(f"{sandbox.world.places.page}/#WEB-1")
    page.get_by_label("Add a comment").fill("Seen in PAY-2 too")
    page.get_by_role("button", name="Comment", exact=True).click()
    expect(page.locator(".comments li").last).to_contain_text("Mika Lindqvist")
    page.get_by_role("button", name="+ Link an issue").click()
    page.get_by_role("dialog").get_by_label("WEB-1…").select_option(label="duplicates")
    page.get_by_role("dialog").get_by_label("Issue").fill("PAY-2")
    page.get_by_role("dialog").get_by_role("button", name="Link").click()
    expect(page.locator(".links li")).to_contain_text("duplicates PAY-2")


def test_a_service_desk_shows_queues_running_clocks_and_approvals(page: Page, sandbox: Sandbox, bot: Rest) -> None:
    moves = bot("GET", "issue/OPS-7/transitions").json()["transitions"]
    asking = next(one["id"] for one in moves if one["name"] == "Ask for approval")
    assert bot("POST", "issue/OPS-7/transitions", json={"transition": {"id": asking}}).status_code == 204
    choose(page, "Priya Raman")
    page.get_by_label("Project", exact=True).select_option("OPS")
    page.get_by_role("button", name="Queues").click()
    page.get_by_role("button", name="Waiting for approval").click()
    expect(page.locator("#rows li")).to_have_count(1)
    expect(page.locator("#rows .clock")).to_have_attribute("title", re.compile("^Time to"))
    page.goto(f"{sandbox.world.places.page}/#OPS-3")
    expect(page.locator("#issue .clock").first).to_contain_text("Time to")
    choose(page, "Dana Okafor")
    page.goto(f"{sandbox.world.places.page}/#OPS-7")
    page.get_by_role("button", name="Approve", exact=True).click()
    expect(page.locator(".approval")).to_contain_text("Dana Okafor: approved")


def test_who_has_no_account_in_jira_is_told_so(page: Page) -> None:
    choose(page, "Noor Haddad")
    expect(page.locator("#view")).to_have_attribute("data-empty", "Noor Haddad has no account in Jira.")


# The stage.


def test_a_fault_is_set_and_mended_at_a_click(page: Page, sandbox: Sandbox) -> None:
    page.get_by_role("button", name="Faults").click()
    page.get_by_role("button", name="Slack is slow").click()
    expect(page.get_by_text("1 set")).to_be_visible()
    expect(page.get_by_text("slack · 10 times more · delay_ms 2000")).to_be_visible()
    assert control(sandbox, "GET", "faults") != []
    page.get_by_role("button", name="Mend everything").click()
    expect(page.get_by_text("None set")).to_be_visible()


def test_a_story_is_started_held_and_stopped_at_a_click(page: Page, sandbox: Sandbox) -> None:
    sandbox.stage.bot = IdleBot(url="http://127.0.0.1:1", token="")
    page.get_by_role("button", name="Stories").click()
    page.get_by_role("button", name="Start A problem that is known already").click()
    expect(page.get_by_text("Now playing: A problem that is known already")).to_be_visible()
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_text("Held: A problem that is known already")).to_be_visible()
    assert control(sandbox, "GET", "clock")["speed"] == 0
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_text("A problem that is known already was stopped.")).to_be_visible()
    assert control(sandbox, "GET", "clock")["speed"] == 1


def test_each_change_through_an_api_is_on_record(page: Page, dana: Rest) -> None:
    page.get_by_role("button", name="Effects").click()
    key = new_issue(dana, "WEB")
    expect(page.locator("#effects li").first).to_contain_text(key)


def test_without_a_bot_the_page_says_how_to_start_both(page: Page) -> None:
    expect(page.get_by_role("status").first).to_have_text("No bot is connected")
    expect(page.get_by_text("Start both with: make run")).to_be_visible()


# For everybody.


def test_the_page_is_used_by_keyboard_alone(page: Page) -> None:
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the message field")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Message #yard")).to_be_focused()
    page.keyboard.type("hello")
    page.keyboard.press("Enter")
    expect(page.locator(".said")).to_have_text("hello")
    page.locator("#column-new a").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#issue h2")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#issue")).to_be_hidden()


def test_the_focus_stays_when_what_is_around_it_changes(page: Page, slack: WebClient) -> None:
    blocks = [{"type": "actions", "elements": [button()]}]
    ts = slack.chat_postMessage(channel=YARD, text="?", blocks=blocks)["ts"]
    page.get_by_role("button", name="Approve").focus()
    slack.chat_update(channel=YARD, ts=str(ts), text="?", blocks=[section("changed"), *blocks])
    expect(page.get_by_text("changed")).to_be_visible()
    expect(page.get_by_role("button", name="Approve")).to_be_focused()


def test_on_a_phone_one_side_fills_the_window(browser: Browser, sandbox: Sandbox) -> None:
    with window(browser, sandbox.world.places.page, viewport=PHONE, has_touch=True) as phone:
        for tab, side in (("Slack", "#slack"), ("Jira", "#jira"), ("Stage", "#stage")):
            phone.get_by_label("Sides").get_by_role("button", name=tab).click()
            expect(phone.locator("main > section:visible")).to_have_count(1)
            box = phone.locator(side).bounding_box()
            assert box is not None
            assert (box["x"], box["width"]) == (0, PHONE["width"])
            assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_texts_stand_out_from_their_ground(browser: Browser, sandbox: Sandbox, scheme: str) -> None:
    pairs = [(front, back) for front in ("ink", "faint", "accent", "danger", "warn") for back in ("sheet", "mark")]
    pairs += [("on-go", "go"), ("on-accent", "accent"), ("on-side", "side"), ("go", "sheet")]
    with window(browser, sandbox.world.places.page, color_scheme=scheme) as seen:
        found = {pair: seen.evaluate(CONTRAST, pair) for pair in pairs}
    assert {pair: round(ratio, 1) for pair, ratio in found.items() if ratio < 4.5} == {}


def test_the_ground_is_dark_where_dark_is_wanted_and_can_be_changed(browser: Browser, sandbox: Sandbox) -> None:
    ground = "getComputedStyle(document.body).backgroundColor"
    with window(browser, sandbox.world.places.page, color_scheme="dark") as dark:
        before = dark.evaluate(ground)
        dark.get_by_role("button", name="Light or dark").click()
        assert dark.evaluate(ground) != before


def test_nothing_moves_for_who_wants_less_motion(browser: Browser, sandbox: Sandbox, slack: WebClient) -> None:
    ts = slack.chat_postMessage(channel=YARD, text="before")["ts"]
    with window(browser, sandbox.world.places.page, reduced_motion="reduce") as still:
        expect(still.locator(".said")).to_have_text("before")
        slack.chat_update(channel=YARD, ts=str(ts), text="after")
        expect(still.locator(".message.updated")).to_have_css("animation-name", "none")


def test_everything_that_can_be_used_has_a_name(page: Page, sandbox: Sandbox) -> None:
    unnamed = """() => [...document.querySelectorAll("button, select, input, textarea, a[href]")].filter((node) =>
      node.offsetParent && !node.textContent.trim() && !node.getAttribute("aria-label") && !node.labels?.length)
      .map((node) => node.outerHTML)"""
    page.goto(f"{sandbox.world.places.page}/#WEB-1")
    page.wait_for_selector("#issue h2")
    assert page.evaluate(unnamed) == []
