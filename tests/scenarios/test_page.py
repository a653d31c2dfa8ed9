"""The first minute of somebody new: a report, a question, Approve, the issue moves in the other half, Undo."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser import chromium, window
from tests.sandbox.ear import control
from tests.scenarios.town import Town

pytestmark = pytest.mark.slow


def test_what_is_approved_in_one_half_of_the_page_happens_in_the_other_and_can_be_undone(town: Town) -> None:
    control(town.sandbox, "POST", "connect", {"bot": {"url": town.url, "token": "t0ken"}})
    with chromium() as browser, window(browser, town.sandbox.world.places.page) as page:
        issue, tour = page.get_by_label("Issue", exact=True), page.locator(".tour li")
        expect(page.get_by_text("The bot is at work")).to_be_visible()
        page.get_by_role("button", name="Report a problem as Dana").click()
        expect(issue.locator(".lozenge").first).to_have_text("Open")

        page.locator("#messages").get_by_role("button", name="Approve").click()

        expect(issue.locator(".lozenge").first).to_have_text("Closed")
        expect(issue.locator(".links")).to_contain_text("duplicates PAY-2")
        expect(tour.nth(4)).to_have_class("done")

        issue.get_by_role("button", name="What did the bot do?").click()
        expect(page.locator("#entries li", has_text="decision.made").locator("details").first).to_contain_text(
            "Both name LEDGER_IMBALANCE"
        )

        page.locator("#messages").get_by_role("button", name="Undo").click()
        expect(issue.locator(".lozenge").first).to_have_text("Open")
        page.get_by_role("button", name="Try it").click()
        expect(tour.nth(5)).to_have_class("done")
